// How long the one-line form takes on SQLite, against Node itself: medians of alternating runs, side by side.
// npm run bench [rounds]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'

const rounds = Number(process.argv[2] ?? 40)
const command = fileURLToPath(new URL('../bin/lastalive.js', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'lastalive-bench-'))
const path = join(dir, 'app.db')
const database = new Database(path)
database.exec(
  "CREATE TABLE runtime_info(rt_key TEXT UNIQUE, rt_value TEXT); INSERT INTO runtime_info VALUES ('k', '1')",
)
const beat = database.prepare("UPDATE runtime_info SET rt_value = strftime('%s', 'now')")

const watch = ['--url', `sqlite:${path}`, '--key', 'k', '--critical', '10m', '--name', 'k']
const told = ['--to', 'nobody@localhost', '--smtp', 'smtp://127.0.0.1:1', '--lockfile', join(dir, 'k.lck')]
const cases = {
  'node -e 0': ['-e', '0'],
  'lastalive --version': [command, '--version'],
  'lastalive check': [command, 'check', ...watch],
  'lastalive run, quiet': [command, 'run', ...watch, ...told],
}

const times = new Map(Object.keys(cases).map((name) => [name, []]))
for (let round = 0; round < rounds; round++) {
  beat.run()
  for (const [name, args] of Object.entries(cases)) {
    const started = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${name}: exit ${status}: ${stderr}`)
    times.get(name).push(performance.now() - started)
  }
}
database.close()
rmSync(dir, { recursive: true, force: true })

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const bare = median(times.get('node -e 0'))
console.log(`Node ${process.version}, ${rounds} alternating runs each, medians`)
for (const [name, values] of times) {
  console.log(
    `${name.padEnd(24)}${median(values).toFixed(0).padStart(6)} ms ${(median(values) / bare).toFixed(2).padStart(6)} x node`,
  )
}
