import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { COMMAND, lastalive } from '../support/command.ts'
import { type Hands, makeHands, SILENT } from '../support/hands.ts'
import { freezeAll } from '../support/processes.ts'
import { makeSqliteScene } from '../support/scene.ts'
import { makeSendmail } from '../support/sendmail.ts'
import { historiesOf } from '../support/told.ts'

test('a run of another selection waits for the one that is under way, and does its own work', async () => {
  const slow = await makeSendmail({ before: 'sleep 1' })
  onTestFinished(() => slow.stop())
  const scene = await makeSqliteScene({ sendmail: slow.path })
  scene.beat(2_525)
  const first = scene.run()
  await new Promise((resolve) => setTimeout(resolve, 500))
  const [done, left] = [await scene.run(['--name', 'other', '-v']), await first]
  expect(left).toMatchObject({ code: 2 })
  expect(done).toMatchObject({ code: 2, stdout: expect.stringContaining('silent for') })
  expect(await slow.calls()).toHaveLength(1)
})

test('a run of the very same leaves at once, says so with -v, and exits by what is open', async () => {
  const slow = await makeSendmail({ before: 'sleep 2' })
  onTestFinished(() => slow.stop())
  const scene = await makeSqliteScene({ sendmail: slow.path })
  scene.beat(2_525)
  const first = scene.run()
  await new Promise((resolve) => setTimeout(resolve, 700))
  const second = await scene.run(['-v'])
  expect(second).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(/^not run: the same run is under way \(pid \d+/),
  })
  expect(second.seconds).toBeLessThan((await first).seconds)
  expect(await slow.calls()).toHaveLength(1)
})

describe('of a file, while a run of it is under way, another', () => {
  test.each([
    ['of the same checks in another order leaves', ['b', 'web'], 'KEY_A', true],
    ['of which a variable says something else does its own work', ['web', 'b'], 'KEY_B', false],
    ['whose tags only read alike does its own work', ['--tag', 'web b'], 'KEY_A', false],
  ])('%s', async (_, selection, key, isSame) => {
    const slow = await makeSendmail({ before: 'sleep 1' })
    onTestFinished(() => slow.stop())
    const scene = await makeSqliteScene()
    scene.beat(2_525)
    const config = join(dirname(scene.path), 'lastalive.yaml')
    const mail = `{ to: [a@domain.tld], sendmail: ${slow.path} }`
    const check = 'database: d, critical: 10m, key: '
    writeFileSync(
      config,
      `databases: { d: 'sqlite:${scene.path}' }\nnotifiers: { ops: { mail: ${mail} } }\nchecks:\n` +
        `  web: { ${check}"\${KEY}" }\n  b: { ${check}last_alive, tags: [web b] }\n`,
      { mode: 0o600 },
    )
    const line = ['run', '-v', '--config', config, '--state', join(dirname(scene.path), 'state')]
    const first = lastalive([...line, 'web', 'b'], { env: { KEY: 'last_alive' } })
    await sleep(600)
    const second = await lastalive([...line, ...selection], { env: { KEY: key === 'KEY_A' ? 'last_alive' : 'none' } })
    expect(second.stdout).toMatch(isSame ? /^not run: the same run is under way/ : /^CRITICAL +b +silent/m)
    expect(await first).toMatchObject({ code: 2 })
  })
})

test('a run that cannot have the lock within half of its time says so, with the pid of the other, and exits 4', async () => {
  const slow = await makeSendmail({ before: 'sleep 4' })
  onTestFinished(() => slow.stop())
  const scene = await makeSqliteScene({ sendmail: slow.path })
  scene.beat(2_525)
  const first = scene.run()
  await new Promise((resolve) => setTimeout(resolve, 700))
  expect(await scene.run(['--name', 'other', '-t', '1'])).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/^lastalive: not run: another run \(pid \d+, since .*\) did not end within 0\.5 s/),
  })
  await first
})

test('two selections at the same second are both judged, and told', async () => {
  const scene = await makeHands({ often: { tags: ['minute'] }, rarely: { tags: ['hourly'] } }, {}, lastalive)
  scene.beat(SILENT, 'often', 'rarely')
  const [often, rarely] = await Promise.all(
    ['minute', 'hourly'].map((tag) => scene.command(['run', '-v', '--tag', tag])),
  )
  expect(often).toMatchObject({ code: 2, stdout: expect.stringMatching(/^CRITICAL +often +silent/m), stderr: '' })
  expect(rarely).toMatchObject({ code: 2, stdout: expect.stringMatching(/^CRITICAL +rarely +silent/m), stderr: '' })
  expect(scene.subjects().toSorted()).toEqual(
    ['often', 'rarely'].map((name) => expect.stringContaining(`CRITICAL ${name}`)),
  )
})

describe('a run that is stopped while it holds the lock', () => {
  /** A run of a second that stands still as soon as it has the lock. */
  async function startStuck(scene: Hands): Promise<ChildProcess> {
    const config = join(dirname(scene.path), 'lastalive.yaml')
    const words = ['run', '-t', '1s', '--config', config, '--state', scene.state]
    const child = spawn(process.execPath, [COMMAND, ...words], {
      stdio: 'ignore',
      env: { HOME: '/proc/nonexistent' },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    while (holderIn(scene) === '') await sleep(1)
    freezeAll([child.pid ?? 0])
    return child
  }

  const holderIn = ({ state }: Hands): string => {
    try {
      return readFileSync(join(state, 'run.lock'), 'utf8')
    } catch {
      return ''
    }
  }

  test.each([
    ['killed', 'SIGKILL'],
    ['continued', 'SIGCONT'],
  ] as const)('is told of once in all, and its end once it was %s', { timeout: 90_000 }, async (_, signal) => {
    const scene = await makeHands({ mdx: { tags: ['minute'] }, other: { tags: ['hourly'] } }, {}, lastalive)
    scene.beat(SILENT, 'mdx')
    const stuck = await startStuck(scene)
    await sleep(2_600)
    const selections = [[], ['--tag', 'minute', '-t', '4s'], ['--tag', 'hourly', '-t', '4s']]
    const next = await Promise.all(selections.map((selection) => scene.command(['run', ...selection])))
    next.push(await scene.command(['run']), await scene.command(['silence', 'mdx', '--for', '1h', '-t', '0.1']))
    const complaint = new RegExp(
      `^lastalive: not (run|silenced): another run \\(pid ${stuck.pid}, since \\S+\\) is beyond its own time: .*\\n$`,
    )
    expect(next).toMatchObject(next.map(() => ({ code: 4, stdout: '', stderr: expect.stringMatching(complaint) })))
    const told = scene.mails()
    expect(told.map(({ parsed }) => parsed.subject)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^\\[lastalive\\] CRITICAL run of lastalive: pid ${stuck.pid} is stuck: it has held the lock for \\d+ s \\(its time is 1 s\\)$`,
        ),
      ),
    ])
    const ended = once(stuck, 'exit')
    stuck.kill(signal)
    await ended
    const after = scene.mails()
    expect(await scene.command(['run'])).toMatchObject({ code: 2, stderr: '' })
    const later = scene.mails()
    expect(await scene.command(['run'])).toMatchObject({ code: 2, stderr: '' })
    expect(historiesOf(['run of lastalive', 'mdx'], [told, [...after, ...later], scene.mails()])).toEqual({
      'run of lastalive': ['CRITICAL', 'OK', ''],
      mdx: ['', 'CRITICAL', ''],
    })
    expect(later[0]?.parsed.text).toMatch(/^OK run of lastalive: ended after \d+ s$/m)
    expect(scene.lockfiles()).toHaveLength(1)
  })
})
