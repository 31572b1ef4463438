// A real Graphile Worker: makes its tables where there are none, and works until it is killed.
import { run } from 'graphile-worker'

const [connectionString] = process.argv.slice(2)

// What was due while it did not run is made good at its start, so that nobody has to wait for the next minute.
const runner = await run({ connectionString, crontab: '* * * * * beat ?fill=10m', taskList: { beat: () => {} } })
await runner.promise
