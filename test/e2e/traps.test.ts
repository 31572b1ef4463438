import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { COMMAND } from '../support/command.ts'
import { eventually } from '../support/eventually.ts'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { ALERT, epoch, makeSqliteScene, type SqliteScene } from '../support/scene.ts'
import { makeSendmail } from '../support/sendmail.ts'

/** Ways in which a watchdog could lie, hang or fall silent, each found by trying. */

const OPENED = '[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)'

/** A configuration beside the scene's database, with mdx and whatever else is to be in it. */
function configure(scene: SqliteScene, more: string): readonly string[] {
  const file = join(scene.dir, 'lastalive.yaml')
  const head = `timezone: UTC
databases: { mail: "sqlite:${scene.path}" }
notifiers: { ops: { mail: { to: [${ALERT}], from: w@domain.tld, smtp: "${scene.smtp.url}" } } }
`
  writeFileSync(file, `${head}${more}`, { mode: 0o600 })
  return ['--config', file, '--state', join(scene.dir, 'state')]
}

const MDX = 'mdx: { database: mail, key: last_alive, critical: 10m'

test('a value beyond all dates silences nobody', async () => {
  const scene = await makeSqliteScene()
  scene.beat(2_525)
  scene.set('8640000000000000000000', 'last_import')
  const args = configure(scene, `checks:\n  ${MDX} }\n  imports: { database: mail, key: last_import, critical: 1h }\n`)
  expect(await lastalive(['run', ...args])).toMatchObject({ code: 2, stderr: '' })
  expect(scene.subjects()).toEqual(['[lastalive] CRITICAL mdx; UNKNOWN imports'])
  expect(await lastalive(['run', ...args])).toMatchObject({ code: 2, stderr: '' })
  expect(scene.subjects()).toEqual([])
})

test('a run that was stopped does not silence the later ones', async () => {
  const slow = await makeSendmail({ before: 'touch "$0.begun"; sleep 30' })
  onTestFinished(() => slow.stop())
  const scene = await makeSqliteScene({ sendmail: slow.path })
  scene.beat(2_525)
  const args = ['run', '--url', `sqlite:${scene.path}`, '--key', 'last_alive', '--critical', '10m', '--name', 'mdx']
  const told = ['--to', ALERT, '--sendmail', slow.path, '--lockfile', scene.lockfile, '-t', '4']
  const stopped = spawn(process.execPath, [COMMAND, ...args, ...told], { stdio: 'ignore' })
  onTestFinished(() => void stopped.kill('SIGKILL'))
  await eventually(() => existsSync(`${slow.path}.begun`) || undefined, { what: 'a call of the mail program' })
  stopped.kill('SIGSTOP')
  expect(await scene.run(['-t', '4'])).toMatchObject({ code: 2 })
  await sleep(8_000)
  expect(await scene.run(['-t', '2'])).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(
      new RegExp(`^lastalive: not run: another run \\(pid ${stopped.pid}, since .*\\) is beyond its own time`),
    ),
  })
})

test('a run that gets its turn late does not call a healthy database dead', async () => {
  const slow = await makeSendmail({ before: 'sleep 2' })
  onTestFinished(() => slow.stop())
  const scene = await makeSqliteScene({ sendmail: slow.path })
  scene.beat(2_525)
  const first = scene.run()
  await sleep(500)
  const second = await scene.run(['--name', 'other', '-t', '8', '-v'])
  expect(second).toMatchObject({
    code: 2,
    stderr: '',
    stdout: expect.stringMatching(/^ok {8}database mail {2}answers$/m),
  })
  await first
})

test('an SQLite file that a writer holds is told of within the time of the run and a second', async () => {
  const scene = await makeSqliteScene()
  scene.database.exec('BEGIN EXCLUSIVE')
  const outcome = await scene.run(['-t', '3'])
  scene.database.exec('ROLLBACK')
  expect(outcome).toMatchObject({ code: 2, stderr: '' })
  expect(outcome.seconds).toBeLessThan(4)
  expect(scene.subjects()).toEqual([
    expect.stringMatching(/^\[lastalive\] CRITICAL database mail: locked by another process/),
  ])
})

test('a key that has hundreds of thousands of rows is told of in time', async () => {
  const scene = await makeSqliteScene()
  scene.database.exec(`CREATE TABLE log(rt_key TEXT, rt_value TEXT);
    WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 400000)
    INSERT INTO log SELECT 'last_alive', x FROM c`)
  const outcome = await scene.run(['--table', 'log', '-t', '5'])
  expect(outcome).toMatchObject({ code: 3 })
  expect(outcome.seconds).toBeLessThan(6)
  expect(scene.subjects()).toEqual([
    expect.stringMatching(/UNKNOWN mdx: \d+ rows have the key last_alive; one was expected/),
  ])
})

describe('lines of cron that look at one key', () => {
  const line = (scene: SqliteScene, more: readonly string[]) =>
    lastalive([
      'run',
      '--url',
      `sqlite:${scene.path}`,
      '--key',
      'last_alive',
      '--state',
      join(scene.dir, 'state'),
      '--from',
      'w@domain.tld',
      '--smtp',
      scene.smtp.url,
      ...more,
    ])

  test('with other names do not close or repeat what the other has opened', async () => {
    const scene = await makeSqliteScene()
    scene.beat(1_200)
    const lines = [
      ['-w', '10m', '--name', 'soft', '--to', ALERT],
      ['-c', '10m', '--name', 'hard', '--to', ALERT],
    ]
    for (const options of lines) await line(scene, options)
    expect(scene.subjects()).toHaveLength(2)
    for (const options of lines) await line(scene, options)
    expect(scene.subjects()).toEqual([])
  })

  test.each([
    ['limit', ['-c', '11m', '--to', ALERT]],
    ['recipients', ['-c', '10m', '--to', ALERT, '--to', 'boss@domain.tld']],
  ])('that changed its %s still says that it is over to who was told', async (_, options) => {
    const scene = await makeSqliteScene()
    scene.beat(2_525)
    await line(scene, ['-c', '10m', '--to', ALERT])
    scene.subjects()
    scene.beat()
    expect(await line(scene, options)).toMatchObject({ code: 0, stderr: '' })
    const mails = scene.mails()
    expect(mails.map(({ to }) => to)).toEqual([[ALERT]])
    expect(mails[0]?.parsed.subject).toMatch(/^\[lastalive\] OK last_alive-[0-9a-f]+: alive again after 42 min$/)
    expect(readdirSync(join(scene.dir, 'state')).filter((name) => name.endsWith('.lck'))).toEqual([])
  })
})

test('what other programs have in the state directory is left alone', async () => {
  const scene = await makeSqliteScene()
  const args = configure(scene, `checks:\n  ${MDX} }\n`)
  const state = join(scene.dir, 'state')
  mkdirSync(state)
  for (const [name, text] of [
    ['manitou-alert.lck', '28480221012603250'],
    ['other.lck', 'pid 77'],
  ] as const) {
    writeFileSync(join(state, name), text)
  }
  expect(await lastalive(['run', ...args])).toMatchObject({ code: 0, stderr: '' })
  expect(scene.subjects()).toEqual([])
  expect(readdirSync(state)).toEqual(expect.arrayContaining(['manitou-alert.lck', 'other.lck']))
})

describe('what could not be read is no recovery, even where a fault counts as ok', () => {
  test.each<[string, string, (scene: SqliteScene) => void]>([
    ['a value', `checks:\n  ${MDX}, faults: { invalid: ok } }\n`, (scene) => scene.set('garbage')],
    [
      'a table',
      `checks:\n  ${MDX}, faults: { failed: ok } }\n`,
      (scene) => void scene.database.exec('DROP TABLE runtime_info'),
    ],
  ])('%s', async (_, checks, spoil) => {
    const scene = await makeSqliteScene()
    scene.beat(2_525)
    const args = configure(scene, checks)
    await lastalive(['run', ...args])
    expect(scene.subjects()).toEqual([OPENED])
    spoil(scene)
    await lastalive(['run', ...args])
    expect(scene.subjects()).toEqual([])
    expect(readdirSync(join(scene.dir, 'state')).filter((name) => name.endsWith('.lck'))).toHaveLength(1)
  })
})

test('an incident outlives the move of its lockfile', async () => {
  const scene = await makeSqliteScene()
  scene.beat(2_525)
  const [old, moved] = [join(scene.dir, 'old'), join(scene.dir, 'moved')]
  mkdirSync(old)
  await scene.run(['--lockfile', join(old, 'x.lck')])
  scene.subjects()
  renameSync(old, moved)
  scene.beat()
  expect(await scene.run(['--lockfile', join(moved, 'x.lck')])).toMatchObject({ code: 0 })
  expect(scene.subjects()).toEqual(['[lastalive] OK mdx: alive again after 42 min'])
  expect(existsSync(join(moved, 'x.lck'))).toBe(false)
})

test('a key column that does not mind capitals finds its row', async () => {
  const scene = await makeSqliteScene()
  scene.database.exec('CREATE TABLE nocase(rt_key TEXT COLLATE NOCASE UNIQUE, rt_value TEXT)')
  scene.database.prepare('INSERT INTO nocase VALUES (?, ?)').run('Last_Alive', epoch(-2_525))
  expect(await scene.run(['--table', 'nocase', '--missing', 'ok'])).toMatchObject({ code: 2 })
  expect(scene.subjects()).toEqual([OPENED])
})

test('a database that lost its checks is closed as no longer watched', async () => {
  const scene = await makeSqliteScene()
  const other = join(scene.dir, 'other.db')
  const both = `  ${MDX} }\n  gone: { database: other, key: k, critical: 10m }\n`
  const args = configure(scene, `checks:\n${both}`.replace('checks:', 'checks:'))
  const rewrite = (checks: string): void => {
    const text = `databases: { mail: "sqlite:${scene.path}", other: "sqlite:${other}" }
notifiers: { ops: { mail: { to: [${ALERT}], from: w@domain.tld, smtp: "${scene.smtp.url}" } } }
checks:\n${checks}`
    writeFileSync(args[1] ?? '', text, { mode: 0o600 })
  }
  rewrite(both)
  expect(await lastalive(['run', ...args])).toMatchObject({ code: 2 })
  expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] CRITICAL database other: no such file/)])
  rewrite(`  ${MDX} }\n`)
  expect(await lastalive(['run', ...args])).toMatchObject({ code: 0 })
  expect(scene.subjects()).toEqual([expect.stringMatching(/^\[lastalive\] OK database other: no longer watched/)])
})

describe('status and clear on odd things', () => {
  test('clear removes the lockfile of the classic script', async () => {
    const scene = await makeSqliteScene()
    writeFileSync(scene.lockfile, '28480221012603250')
    expect(await lastalive(['clear', '--lockfile', scene.lockfile])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^cleared /),
    })
    expect(existsSync(scene.lockfile)).toBe(false)
  })

  test('a zone that is none is wrong usage', async () =>
    expect(await lastalive(['status', '--timezone', 'No/Where'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('IANA'),
    }))

  test('a last run in the future is as good as none', async () => {
    const scene = await makeSqliteScene()
    await scene.run()
    const future = new Date(Date.now() + 365 * 86_400_000)
    writeFileSync(`${scene.lockfile}.last-run`, JSON.stringify({ at: future, judged: 1, accepted: 0, errors: 0 }))
    utimesSync(`${scene.lockfile}.last-run`, future, future)
    expect(await lastalive(['status', '--lockfile', scene.lockfile, '--max-age', '5m'])).toMatchObject({ code: 2 })
  })

  test('a directory that cannot be used is not taken for one where nothing is open', async () => {
    const outcome = await lastalive(['status', '--state', '/dev/null/x'])
    expect(outcome).toMatchObject({ code: 3, stdout: expect.stringContaining('what is open is not known') })
  })
})

test('a user without a name and a home is no reason to fail', () => {
  const isRoot = process.getuid?.() === 0
  const become = isRoot ? ['setpriv', '--reuid', '54321', '--clear-groups'] : ['unshare', '--map-user', '54321']
  const [program = '', ...args] = [...become, process.execPath, COMMAND, '--version']
  const { status, stdout, stderr } = spawnSync(program, args, { env: { PATH: process.env.PATH }, encoding: 'utf8' })
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  })
})
