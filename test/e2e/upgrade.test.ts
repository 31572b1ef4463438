import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { ALERT, epoch, makeSqliteScene, RUNTIME_INFO, SENDER } from '../support/scene.ts'
import { makeWatchingScene } from '../support/watching.ts'

const LEFT = join(import.meta.dirname, '../data/state-before')
/** Where it was left. */
const HOME = '/tmp/lastalive-state-before'
const SILENT = -2_520

/** How the version before names what has many parts. */
function named(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** The names of a line, and those of a configuration's files, which tell where it looks. */
function lineOf(url: string): string {
  return named(url, 'runtime_info', 'rt_key', 'rt_value', ['mdx'], false).slice(0, 20)
}
function namesOf(origin: string): Readonly<Record<string, string>> {
  return {
    'mdx-': `${named(origin, 'mdx').slice(0, 10)}.lck`,
    'night-': `${named(origin, 'night').slice(0, 10)}.lck`,
    'pending-': `${named(origin).slice(0, 10)}.json`,
    'workers-host-7-': `${named(origin, ROW).slice(0, 24)}.lck`,
  }
}
const ROW = 'workers/host/7'

/** Puts what the version before has left where this test looks, as if it had been left there. */
function place(from: string, to: string, [was, is]: readonly [string, string]): void {
  cpSync(join(LEFT, from), to, { recursive: true })
  for (const name of readdirSync(to)) {
    const path = join(to, name)
    if (existsSync(path)) writeFileSync(path, readFileSync(path, 'utf8').replaceAll(was, is))
  }
}

test('what is open across an upgrade stays told, and its end is told once', async () => {
  const scene = await makeWatchingScene(`${RUNTIME_INFO}; CREATE TABLE workers(name text, seen text)`, lastalive)
  const { database, state, command, subjects } = scene
  const origin = join(dirname(state), 'lastalive.yaml')
  place('directory', state, [`${HOME}/lastalive.yaml`, origin])
  for (const [begin, end] of Object.entries(namesOf(`${HOME}/lastalive.yaml`))) {
    const isThere = existsSync(join(state, `${begin}${end}`))
    expect(isThere, `${begin}${end}`).toBe(true)
    const now = join(state, `${begin}${namesOf(origin)[begin]}`)
    cpSync(join(state, `${begin}${end}`), now)
    rmSync(join(state, `${begin}${end}`))
  }
  const rows = { rows: 'SELECT name, seen FROM workers', judge: 'each', critical: '10m' }
  const aged = { critical: '10m' }
  scene.watch({
    mdx: { key: 'mdx', ...aged },
    imports: { key: 'imports', ...aged, failures: 3 },
    night: { key: 'night', ...aged },
    workers: rows,
  })
  const beat = (seconds: number): void => {
    database.exec('DELETE FROM workers')
    database.prepare('INSERT INTO workers VALUES (?, ?)').run('host/7', epoch(seconds))
    const set = database.prepare('INSERT OR REPLACE INTO runtime_info VALUES (?, ?)')
    for (const key of ['mdx', 'imports', 'night']) set.run(key, epoch(seconds))
  }

  const status = await command(['status'])
  expect(status).toMatchObject({ code: 2, stderr: '' })
  expect(status.stdout).toContain(`told ops/${ALERT}: opened at 2025-01-15`)
  expect(status.stdout).toContain('silenced  night')

  beat(SILENT)
  expect(await command(['run'])).toMatchObject({ code: 2, stderr: '' })
  expect(subjects()).toEqual([])
  // The third bad run in a row, of which the version before has seen the first.
  expect(await command(['run'])).toMatchObject({ code: 2, stderr: '' })
  expect(subjects()).toEqual([expect.stringContaining('CRITICAL imports: silent for 42 min')])

  beat(0)
  expect(await command(['run'])).toMatchObject({ code: 0, stderr: '' })
  const [mail, ...others] = scene.mails()
  expect(others).toEqual([])
  expect(mail?.to).toEqual([ALERT])
  for (const name of ['mdx', 'workers/host/7', 'imports']) expect(mail?.parsed.text).toContain(`OK ${name}`)
  expect(mail?.parsed.text).not.toContain('OK night')
  expect(await command(['run'])).toMatchObject({ code: 0, stderr: '' })
  expect(subjects()).toEqual([])
  expect(scene.lockfiles()).toEqual([])

  const history = await command(['status', '--history'])
  expect(history).toMatchObject({ code: 0, stderr: '' })
  expect(history.stdout).toMatch(/2025-01-15.*mdx/)
})

test('so it is with a lockfile', async () => {
  const scene = await makeSqliteScene({ runCommand: lastalive })
  const [was, is] = [`sqlite:${HOME}/app.db`, `sqlite:${scene.path}`]
  const folder = join(scene.dir, 'left')
  place('lockfile', folder, [`lockfile:${HOME}/mdx.lck#${lineOf(was)}`, `lockfile:${scene.lockfile}#${lineOf(is)}`])
  for (const name of readdirSync(folder)) cpSync(join(folder, name), scene.lockfile + name.slice('mdx.lck'.length))
  expect(readFileSync(scene.lockfile, 'utf8')).toContain(lineOf(is))
  const line = ['run', '--url', is, '--key', 'mdx', '-c', '10m', '--name', 'mdx', '--timezone', 'UTC']
  const to = ['--to', ALERT, '--from', SENDER, '--smtp', scene.smtp.url, '--lockfile', scene.lockfile]
  scene.set(epoch(SILENT), 'mdx')
  expect(await lastalive([...line, ...to])).toMatchObject({ code: 2, stderr: '' })
  expect(scene.subjects()).toEqual([])
  scene.set(epoch(), 'mdx')
  for (const ends of [1, 0]) {
    expect(await lastalive([...line, ...to])).toMatchObject({ code: 0, stderr: '' })
    expect(scene.subjects()).toEqual(Array(ends).fill(expect.stringContaining('OK mdx: alive again')))
  }
  expect(existsSync(scene.lockfile)).toBe(false)
  expect(readdirSync(scene.dir).filter((name) => /\.(other|broken)$/.test(basename(name)))).toEqual([])
})
