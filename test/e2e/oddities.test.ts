import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lastaliveAgain as lastalive } from '../support/resident.ts'
import { ALERT, epoch, makeSqliteScene, SENDER } from '../support/scene.ts'
import { makeSendmail } from '../support/sendmail.ts'

test('a late alert says that it will repeat where it cannot be remembered that it was told', async () => {
  const [broken, whole] = await Promise.all([makeSendmail({ exitCode: 1 }), makeSendmail()])
  onTestFinished(async () => void (await Promise.all([broken.stop(), whole.stop()])))
  const scene = await makeSqliteScene({ sendmail: broken.path })
  scene.beat(2_525)
  expect(await scene.run()).toMatchObject({ code: 4 })
  // What is written first, under this name, can no longer be.
  mkdirSync(`${scene.lockfile}.tmp`)
  expect(await scene.run(['--sendmail', whole.path])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining(scene.lockfile),
  })
  rmSync(`${scene.lockfile}.tmp`, { recursive: true })
  const [call] = await whole.calls()
  // Lines may be folded.
  expect(call?.raw.replaceAll('=\n', '')).toContain('every run says this again')
})

test('what is compared with the local clock is judged by when it was read', async () => {
  const scene = await makeSqliteScene()
  scene.database.exec(`CREATE VIEW slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    SELECT 'k' AS rt_key, max(i) AS rt_value FROM n`)
  const file = join(scene.dir, 'lastalive.yaml')
  const text = `databases: { mail: "sqlite:${scene.path}" }
checks:
  fresh: { database: mail, key: last_alive, critical: 2s, clock: local }
  slow: { database: mail, table: slow, key: k, critical: 2s }
`
  writeFileSync(file, text, { mode: 0o600 })
  scene.set(`${epoch()}.${String(Date.now() % 1_000).padStart(3, '0')}`)
  const { stdout } = await lastalive(['check', '--config', file, '-t', '5'])
  expect(stdout).toMatch(/^OK - fresh: alive/m)
  expect(stdout).toMatch(/^UNKNOWN - slow: the query took longer/m)
})

test('clear forgets only what it is told to', async () => {
  const scene = await makeSqliteScene()
  scene.beat(2_525)
  await scene.run()
  expect(await lastalive(['clear', 'typo', '--lockfile', scene.lockfile])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('open: mdx'),
  })
  expect(await scene.run()).toMatchObject({ code: 2 })
  scene.mails()
  expect(await lastalive(['clear', 'mdx', '--lockfile', scene.lockfile])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^cleared mdx/),
  })
  expect(await lastalive(['clear', '--lockfile', scene.lockfile])).toMatchObject({
    code: 0,
    stdout: 'nothing is open\n',
  })
})

test('a last run that may not be read is not taken for none', async () => {
  const scene = await makeSqliteScene()
  mkdirSync(`${scene.lockfile}.last-run`)
  const outcome = await lastalive(['status', '--max-age', '5m', '--lockfile', scene.lockfile])
  expect(outcome).toMatchObject({ code: 3, stdout: expect.stringMatching(/^UNKNOWN - .*\.last-run/), stderr: '' })
})

test('a name that is also somebody’s password stays a name', async () => {
  const scene = await makeSqliteScene()
  const args = [
    '--url',
    `sqlite:${scene.path}`,
    '--key',
    'last_alive',
    '--critical',
    '10m',
    '--name',
    'critical',
    '--to',
    ALERT,
    '--from',
    SENDER,
  ]
  const smtp = scene.smtp.url.replace('smtp://', 'smtp://watch:critical@')
  scene.beat(2_525)
  const { stdout } = await lastalive(['run', ...args, '--smtp', smtp, '--lockfile', scene.lockfile, '--format', 'json'])
  expect(JSON.parse(stdout)).toMatchObject({ state: 'critical', checks: [{}, { name: 'critical', state: 'critical' }] })
})

test('an empty HOME keeps nothing below the current directory', async () => {
  const scene = await makeSqliteScene()
  const args = ['run', '--url', `sqlite:${scene.path}`, '--key', 'last_alive', '--critical', '10m', '--dry-run', '-v']
  scene.beat(2_525)
  const { stdout } = await lastalive(args, { env: { HOME: '' }, cwd: scene.dir })
  expect(stdout).toContain('lockfile of ')
  expect(stdout).not.toContain(scene.dir)
})
