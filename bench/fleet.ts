import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How many checks and items there are at most. */
export const FLEET = 10_000

/** SQL that fills a table with so many beats, `worker-1` and so on, all of this moment. */
export const FILL = `CREATE TABLE runtime_info(rt_key text PRIMARY KEY, rt_value text);
  INSERT INTO runtime_info SELECT 'worker-' || g, floor(extract(epoch FROM now()))::text FROM generate_series(1, ${FLEET}) g`

/** Writes configurations, each into a file of its own. */
export function createWriter(dir: string) {
  mkdirSync(dir, { recursive: true })
  const tell = (smtp: string): string =>
    `notifiers:\n  ops:\n    mail:\n      to: [nobody@localhost]\n      smtp: ${smtp}\n`
  const notifiers = tell('smtp://127.0.0.1:1')
  const write = (name: string, text: string): string => {
    const path = join(dir, `${name}.yaml`)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  return {
    /** so many checks, each of a key of its own in one database */
    checks: (name: string, url: string, count: number, limit = '1000d', smtp = 'smtp://127.0.0.1:1'): string => {
      const entries = Array.from(
        { length: count },
        (_, i) => `  worker${i + 1}:\n    database: app\n    key: worker-${i + 1}\n    critical: ${limit}\n`,
      )
      return write(name, `databases:\n  app: ${url}\n${tell(smtp)}checks:\n${entries.join('')}`)
    },
    /** the same in the style of README */
    checksInBraces: (name: string, url: string, count: number): string => {
      const entries = Array.from(
        { length: count },
        (_, i) => `  worker${i + 1}: { database: app, key: worker-${i + 1}, critical: 1000d }\n`,
      )
      return write(name, `databases:\n  app: ${url}\n${notifiers}checks:\n${entries.join('')}`)
    },
    /** one check with so many rows */
    items: (name: string, url: string, count: number): string => {
      const sql = `SELECT rt_key, rt_value FROM runtime_info ORDER BY rt_key LIMIT ${count}`
      const check = `  workers:\n    database: app\n    rows: ${sql}\n    critical: 1000d\n    max_rows: ${FLEET}\n`
      return write(name, `databases:\n  app: ${url}\n${notifiers}checks:\n${check}`)
    },
    /** a check in each of many databases */
    databases: (name: string, urls: readonly string[]): string => {
      const databases = urls.map((url, i) => `  app${i}: ${url}\n`)
      const checks = urls.map((_, i) => `  check${i}:\n    database: app${i}\n    key: worker-1\n    critical: 1000d\n`)
      return write(name, `databases:\n${databases.join('')}${notifiers}checks:\n${checks.join('')}`)
    },
  }
}
