import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { lastalive } from '../support/command.ts'
import { epoch, RUNTIME_INFO } from '../support/scene.ts'
import { makeWatchingScene, type WatchingScene } from '../support/watching.ts'

const MDX = { key: 'mdx', critical: '10m' }
const PEER = { peer: { database: 'meet', name: 'watch2' } }
const QUIET = { code: 0, stdout: '', stderr: '' }

let scene: WatchingScene
beforeEach(async () => {
  scene = await makeWatchingScene(RUNTIME_INFO)
  scene.database.prepare('INSERT INTO runtime_info VALUES (?, ?)').run('mdx', epoch(0))
})

/** A check of a service, and a database of which nothing is known but its URL. */
const meetAt = (url: string, checks: Parameters<WatchingScene['watch']>[0] = { mdx: MDX }): void =>
  scene.watch(checks, { databases: { app: `sqlite:${scene.path}`, meet: url } })

test('a configuration whose only use of a database is a peer is valid, without a remark', async () => {
  scene.watch({ watch2: PEER }, { databases: { meet: `sqlite:${scene.path}` } })
  const { code, stdout, stderr } = await scene.command(['validate'])
  expect([code, stdout, stderr]).toEqual([0, expect.not.stringContaining('remark'), ''])
})

test('a database in which something is wrong takes only its peers along', async () => {
  meetAt('postgres://[', { mdx: MDX, watch2: PEER })
  const run = await scene.command(['run', '-v'])
  expect(run).toMatchObject({ code: 3, stderr: '' })
  expect(run.stdout).toMatch(/ok +mdx/i)
  expect(run.stdout).toMatch(/not read: .*watch2/i)
})

test.each([
  ['met', 'there is no database "met"; write meet; for a file write ./met'],
  ['some-word', 'there is no database "some-word"; known are app, meet; for a file write ./some-word'],
])('--beat-to %s is no file that nobody looks at, and keeps the run from nothing', async (word, words) => {
  meetAt(`sqlite:${scene.path}`)
  scene.database.prepare('UPDATE runtime_info SET rt_value = ?').run(epoch(-3_600))
  const run = await scene.command(['run', '--beat-to', word])
  expect(run).toMatchObject({ code: 4, stdout: '', stderr: `lastalive: nothing is left for peers: ${words}\n` })
  expect(scene.subjects()).toEqual([expect.stringContaining('mdx')])
  expect(existsSync(word)).toBe(false)
})

test('--beat-to says what is wrong with a database, and takes a path for a file', async () => {
  meetAt('redis://127.0.0.1:1')
  expect(await scene.command(['run', '--beat-to', 'meet'])).toMatchObject({
    code: 4,
    stderr: 'lastalive: nothing is left for peers: database meet is a Redis server, which has no tables\n',
  })
  meetAt('postgres://[')
  const { code, stderr } = await scene.command(['run', '--beat-to', 'meet'])
  expect([code, stderr]).toEqual([4, expect.stringContaining('something is wrong with database meet\n')])
  const path = join(dirname(scene.state), 'meet')
  meetAt(`sqlite:${scene.path}`)
  expect(await scene.command(['run', '--beat-to', path])).toMatchObject(QUIET)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ judged: 1 })
})

test('a file of one word that is there already is written to, as it was', async () => {
  meetAt(`sqlite:${scene.path}`)
  const cwd = dirname(scene.state)
  writeFileSync(join(cwd, 'beat'), 'before')
  expect(await lastalive(scene.args(['run', '--beat-to', 'beat']), { cwd })).toMatchObject(QUIET)
  expect(JSON.parse(readFileSync(join(cwd, 'beat'), 'utf8'))).toMatchObject({ judged: 1 })
})

test('a name that does not fit into the table is said', async () => {
  scene.watch({ mdx: MDX }, { instance: 'w'.repeat(191) })
  const { code, stderr } = await scene.command(['run', '--beat-to', 'app'])
  expect([code, stderr]).toEqual([4, expect.stringContaining('the instance is longer than 190 characters\n')])
})

test('a run that is tried out leaves nothing', async () => {
  expect((await lastalive(['schema', 'watchers', '--url', scene.path, '--apply'])).code).toBe(0)
  scene.watch({ mdx: MDX }, { instance: 'me' })
  await scene.command(['run', '--dry-run', '--beat-to', 'app'])
  const count = scene.database.prepare('SELECT count(*) FROM lastalive_watcher').pluck()
  expect(count.get()).toBe(0)
  expect(await scene.command(['run', '--beat-to', 'app'])).toMatchObject(QUIET)
  expect(count.get()).toBe(1)
})

test('schema lists what there is, and makes nothing unless it is told to', async () => {
  const list = await lastalive(['schema'])
  expect(list).toMatchObject({ code: 0, stdout: expect.stringMatching(/^watchers {2}lastalive_watcher, /), stderr: '' })
  const all = await lastalive(['schema', 'watchers'])
  expect(all.stdout.match(/^-- (?:PostgreSQL|MySQL and MariaDB|SQLite)$/gm)).toHaveLength(3)
  const one = await lastalive(['schema', 'watchers', '--url', scene.path])
  expect(one.stdout).toMatch(/^-- SQLite\nCREATE TABLE IF NOT EXISTS lastalive_watcher/)
  expect(scene.database.prepare('SELECT count(*) FROM sqlite_master WHERE name LIKE ?').pluck().get('lastalive%')).toBe(
    0,
  )
})

test.each([
  [['watcher'], 3, 'lastalive: there is no schema "watcher"; write watchers\n'],
  [['watchers', '--url', 'redis://localhost'], 3, 'lastalive: --url is a Redis server, which has no tables; '],
  [['watchers', '--apply'], 3, 'lastalive: no database is given; write --url '],
  [
    ['watchers', '--apply', '--url', 'sqlite:/proc/nonexistent/a.db'],
    4,
    'lastalive: cannot make lastalive_watcher in sqlite:/proc/nonexistent/a.db: no such file: /proc/nonexistent/a.db',
  ],
  [
    ['watchers', '--apply', '--url', 'postgres://me:gehe1m@127.0.0.1:1/mail'],
    4,
    'lastalive: cannot make lastalive_watcher in postgres://me@127.0.0.1:1/mail: cannot connect (connection refused)',
  ],
])('schema %j is refused', async (words, code, said) => {
  const outcome = await lastalive(['schema', ...words])
  expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(said) })
})
