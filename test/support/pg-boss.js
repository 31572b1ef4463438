// A real worker of pg-boss: makes its tables where there are none, and works until it is killed.
import { PgBoss } from 'pg-boss'

const [connectionString] = process.argv.slice(2)

// A beat each second or two, where the default is half a minute.
const boss = new PgBoss({ connectionString, cronMonitorIntervalSeconds: 1 })
await boss.start()
