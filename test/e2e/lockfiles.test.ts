import { execFileSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isForeign } from '../../src/io/files/owner.ts'
import { lastalive, type Outcome, repetitions } from '../support/command.ts'
import { canMount, lastaliveAfter, MOUNTS_MISSING } from '../support/own-mounts.ts'
import { ALERT, makeSqliteScene, SENDER, type SqliteScene } from '../support/scene.ts'
import { makeSendmail } from '../support/sendmail.ts'

const isRoot = process.getuid?.() === 0
const mayMount = canMount()
const NOBODY = 65_534

const SUBJECT = '[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)'
const REPEATS = 'every run says this again'
/** What every complaint about a file ends with: something to do. */
const CURE = /; (?:look at it, then remove it|make it|make room|name|raise the limit|what it stood for is told anew)/

interface StaleScene extends SqliteScene {
  /** a run that keeps what it knows elsewhere than in the scene's lockfile */
  keptAt(place: readonly string[]): readonly string[]
}

/** A service that has been silent for 42 minutes. */
async function makeStaleScene(): Promise<StaleScene> {
  const scene = await makeSqliteScene()
  scene.beat(2_525)
  const watch = ['run', '--url', `sqlite:${scene.path}`, '--key', 'last_alive', '-c', '10m', '--name', 'mdx']
  const tell = ['--to', ALERT, '--from', SENDER, '--smtp', scene.smtp.url]
  return { ...scene, keptAt: (place) => [...watch, ...tell, ...place] }
}

/** That it was told, that it will be told again, and that it was, as well as by exit code and stderr. */
async function expectTellingAgain(scene: SqliteScene, run: () => Promise<Outcome>, words: string): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const outcome = await run()
    expect(outcome).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining(words) })
    expect(outcome.stderr).toMatch(CURE)
    const [mail, ...more] = scene.mails()
    expect([mail?.parsed.subject, ...more]).toEqual([SUBJECT])
    expect(mail?.parsed.text).toContain(REPEATS)
  }
  await expectOnlyComplaint(scene, run, words)
}

/** That state alone is complained of while the service is well. */
async function expectOnlyComplaint(scene: SqliteScene, run: () => Promise<Outcome>, words: string): Promise<void> {
  scene.beat()
  const outcome = await run()
  expect(outcome).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining(words) })
  expect(outcome.stderr).toMatch(CURE)
  expect(scene.subjects()).toEqual([])
}

/** What is at a path: kind, owner, rights, and what is in it. */
function describePath(path: string): unknown {
  const stat = lstatSync(path)
  const content = stat.isFile() ? readFileSync(path, 'latin1') : stat.isDirectory() ? readdirSync(path) : ''
  return [stat.mode, stat.uid, stat.ino, stat.mtimeMs, content]
}

const HARMFUL: readonly (readonly [string, (path: string) => void])[] = [
  ['a dangling link', (path) => symlinkSync(`${path}.target`, path)],
  [
    'a link to a file',
    (path) => {
      writeFileSync(`${path}.target`, 'precious')
      symlinkSync(`${path}.target`, path)
    },
  ],
  [
    'a file with another name',
    (path) => {
      writeFileSync(`${path}.target`, 'precious')
      linkSync(`${path}.target`, path)
    },
  ],
  ['a link to itself', (path) => symlinkSync(path, path)],
  ['a directory', (path) => mkdirSync(path)],
  ['a FIFO', (path) => void execFileSync('mkfifo', [path])],
  ['a file that is too large to be ours', (path) => writeFileSync(path, '1'.repeat(5 * 1024 * 1024))],
]

describe('at the path of the lockfile', () => {
  test.each(HARMFUL)('%s is refused and left alone, and the alert told by every run', async (_, plant) => {
    const scene = await makeStaleScene()
    plant(scene.lockfile)
    const before = describePath(scene.lockfile)
    await expectTellingAgain(scene, () => scene.run(['-t', '10']), scene.lockfile)
    expect(describePath(scene.lockfile)).toEqual(before)
    const target = `${scene.lockfile}.target`
    expect(existsSync(target) ? readFileSync(target, 'utf8') : 'precious').toBe('precious')
  })

  test('a file is foreign if neither we nor root own it', () =>
    expect([isForeign(NOBODY - 1), isForeign(0), isForeign(process.getuid?.() ?? 0)]).toEqual([true, false, false]))

  test.skipIf(!isRoot && !mayMount)(
    "another user's file is refused and left alone, and the alert told by every run",
    async () => {
      const scene = await makeStaleScene()
      writeFileSync(scene.lockfile, isRoot ? '28480221012603250' : '')
      if (isRoot) chownSync(scene.lockfile, NOBODY, NOBODY)
      const before = describePath(scene.lockfile)
      // In a user namespace the files of root are nobody's.
      const mount = `mount --bind /etc/passwd '${scene.lockfile}'`
      const run = () => (isRoot ? scene.run() : lastaliveAfter(mount, scene.keptAt(['--lockfile', scene.lockfile])))
      await expectTellingAgain(scene, run, `${scene.lockfile}: it belongs to another user`)
      expect(describePath(scene.lockfile)).toEqual(before)
    },
  )

  test.each([
    ['half of what is written there', '{\n  "version": 1,\n  "id": "x",\n  "orig'],
    ['an empty file', ''],
    ['JSON of another kind', '{"hello": "world"}'],
    ['JSON of a later version', '{"version": 2, "id": "x"}'],
    ['bytes', '\u0000\u00ff\u00fe\u0001'],
  ])('%s is kept aside as .broken, and the incident opened anew and told', async (_, content) => {
    const scene = await makeStaleScene()
    writeFileSync(scene.lockfile, content)
    const outcome = await scene.run()
    expect(outcome).toMatchObject({ code: 4, stderr: expect.stringContaining(`${scene.lockfile}.broken`) })
    expect(outcome.stderr).toMatch(CURE)
    const [mail] = scene.mails()
    expect(mail?.parsed.subject).toBe(SUBJECT)
    expect(mail?.parsed.text).not.toContain(REPEATS)
    expect(readFileSync(`${scene.lockfile}.broken`, 'utf8')).toBe(content)
    expect(await scene.run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(scene.subjects()).toEqual([])
    writeFileSync(scene.lockfile, content)
    await expectOnlyComplaint(scene, () => scene.run(), scene.lockfile)
    expect(await scene.run()).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })

  test("the classic script's digits count as told, since when the file was made", async () => {
    const scene = await makeStaleScene()
    writeFileSync(scene.lockfile, '28480221012603250')
    const made = Date.now() / 1_000 - 3_785
    utimesSync(scene.lockfile, made, made)
    expect(await scene.run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(await scene.run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(scene.subjects()).toEqual([])
    scene.beat()
    expect(await scene.run()).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(scene.subjects()).toEqual(['[lastalive] OK mdx: alive again after 1 h 3 min'])
    expect(existsSync(scene.lockfile)).toBe(false)
  })
})

describe('beside the lockfile', () => {
  const endings = ['run', 'journal', 'last-run']
  const places = HARMFUL.slice(0, -1).flatMap(([what, plant], i) =>
    // Each thing at one place and another thing at the next, or with LASTALIVE_TEST_SHARE=1 each at all.
    endings.filter((_, j) => (i + j) % 3 < repetitions(3)).map((ending) => [what, ending, plant] as const),
  )
  test.each(places)('%s at .%s does not keep the alert from being told, once', async (_, ending, plant) => {
    const scene = await makeStaleScene()
    const path = `${scene.lockfile}.${ending}`
    plant(path)
    const isReplaced = ending === 'last-run' && !lstatSync(path).isDirectory()
    const bad = isReplaced ? 2 : 4
    const outcome = await scene.run(['-t', '10'])
    expect(outcome.code).toBe(bad)
    expect(outcome.stderr).toMatch(isReplaced ? /^$/ : CURE)
    expect(outcome.stderr).toContain(isReplaced ? '' : path)
    expect(scene.subjects()).toEqual([SUBJECT])
    expect((await scene.run(['-t', '10'])).code).toBe(ending === 'journal' ? 2 : bad)
    expect(scene.subjects()).toEqual([])
    expect(existsSync(`${path}.target`) ? readFileSync(`${path}.target`, 'utf8') : 'precious').toBe('precious')
  })

  test.each([
    ...HARMFUL,
    ['half of what is written there', (path: string) => writeFileSync(path, '{"version": 1, "pen')] as const,
  ])('%s at .pending: what cannot be counted counts as reached', async (_, plant) => {
    const scene = await makeStaleScene()
    plant(`${scene.lockfile}.pending`)
    const outcome = await scene.run(['--failures', '3', '-t', '10'])
    expect(outcome).toMatchObject({ code: 4, stderr: expect.stringContaining(`${scene.lockfile}.pending`) })
    expect(scene.subjects()).toEqual([SUBJECT])
  })

  test('what a crash left half-written is no obstacle', async () => {
    const scene = await makeStaleScene()
    for (const path of [scene.lockfile, `${scene.lockfile}.last-run`]) writeFileSync(`${path}.tmp`, '{"ver')
    expect(await scene.run()).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(readdirSync(scene.dir).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect(scene.subjects()).toEqual([SUBJECT])
  })
})

describe('where nothing can be kept', () => {
  test.each<[string, (scene: StaleScene) => readonly [path: string, place: readonly string[]]]>([
    ['a lockfile below a plain file', ({ path }) => [`${path}/x.lck`, ['--lockfile', `${path}/x.lck`]]],
    ['a lockfile in no directory', ({ dir }) => [join(dir, 'no/x'), ['--lockfile', join(dir, 'no/x')]]],
    ['a state directory below a plain file', ({ path }) => [`${path}/x`, ['--state', `${path}/x`]]],
    ['a state directory in /proc', () => ['/proc/no/x', ['--state', '/proc/no/x']]],
    [
      'a state directory below a dangling link',
      ({ dir }) => {
        symlinkSync(join(dir, 'nowhere'), join(dir, 'link'))
        return [join(dir, 'link/x'), ['--state', join(dir, 'link/x')]]
      },
    ],
  ])('%s: every run tells', async (_, choose) => {
    const scene = await makeStaleScene()
    const [path, place] = choose(scene)
    await expectTellingAgain(scene, () => lastalive(scene.keptAt(['-t', '10', ...place])), path)
  })

  const expectTellingIn = async (
    scene: StaleScene,
    run: (place: readonly string[]) => Promise<Outcome>,
    why: string,
  ) => {
    await expectTellingAgain(scene, () => run(['--lockfile', scene.lockfile]), why)
    scene.beat(2_525)
    await expectTellingAgain(scene, () => run(['--state', scene.dir]), why)
  }

  const fill = (dir: string) => `mount -t tmpfs -o size=16k none '${dir}'; yes > '${dir}/full' 2>/dev/null || true`
  test.skipIf(!mayMount).each([
    ['a full disk', fill, 'no space left on the disk'],
    ['a read-only disk', (dir: string) => `mount -t tmpfs -o ro none '${dir}'`, 'the file system is read-only'],
  ])(`%s: every run tells (${MOUNTS_MISSING} where skipped)`, async (_, before, why) => {
    const scene = await makeStaleScene()
    await expectTellingIn(scene, (place) => lastaliveAfter(before(scene.dir), scene.keptAt(place)), why)
  })

  test('a limit that lets no file be written: every run tells', async () => {
    const scene = await makeStaleScene()
    const run = (place: readonly string[]) => lastaliveAfter('ulimit -f 0', scene.keptAt(place), { mounts: false })
    await expectTellingIn(scene, run, 'no file may be written')
  })

  test.skipIf(!isRoot && !mayMount)(
    "another user's state directory: every run tells, and nothing is made in it",
    async () => {
      const scene = await makeStaleScene()
      const state = join(scene.dir, 'state')
      mkdirSync(state)
      if (isRoot) chownSync(state, NOBODY, NOBODY)
      const mount = `mount --bind /usr/share '${state}'`
      const args = scene.keptAt(['--state', state])
      await expectTellingAgain(scene, () => (isRoot ? lastalive(args) : lastaliveAfter(mount, args)), state)
      expect(readdirSync(state)).toEqual([])
    },
  )
})

test('nobody else may read what is kept', async () => {
  const scene = await makeStaleScene()
  const state = join(scene.dir, 'a/state')
  const outcome = await lastaliveAfter('umask 0', scene.keptAt(['--state', state]), { mounts: false })
  expect(outcome).toMatchObject({ code: 2, stderr: '' })
  await scene.run(['--failures', '2'])
  expect([join(scene.dir, 'a'), state].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700])
  const files = [
    ...readdirSync(state).map((name) => join(state, name)),
    `${scene.lockfile}.run`,
    `${scene.lockfile}.pending`,
  ]
  expect(files.map((path) => [path, statSync(path).mode & 0o777])).toEqual(files.map((path) => [path, 0o600]))
})

test('a lockfile that is removed while the run tells is not brought back', async () => {
  const slow = await makeSendmail({ before: 'sleep 1' })
  onTestFinished(() => slow.stop())
  const scene = await makeSqliteScene({ sendmail: slow.path })
  scene.beat(2_525)
  const running = scene.run()
  while (!existsSync(scene.lockfile)) await sleep(20)
  rmSync(scene.lockfile)
  expect(await running).toMatchObject({ code: 2, stdout: '', stderr: '' })
  expect(existsSync(scene.lockfile)).toBe(false)
  expect(await slow.calls()).toHaveLength(1)
})
