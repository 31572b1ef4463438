import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { repetitions } from '../support/command.ts'
import { parseExposition } from '../support/exposition.ts'
import { lastaliveAfter } from '../support/own-mounts.ts'
import { makeSqliteScene, NOBODY_TO_TELL, type SqliteScene } from '../support/scene.ts'
import { makeSendmail } from '../support/sendmail.ts'

const PROMETHEUS = ['--format', 'prometheus']

/** A scene in which mdx is silent, and a file in a directory of its own. */
async function makeSilent(settings: Parameters<typeof makeSqliteScene>[0] = {}) {
  const scene = await makeSqliteScene(settings)
  scene.beat(2_525)
  const folder = join(scene.dir, 'metrics')
  mkdirSync(folder)
  return { ...scene, folder, file: join(folder, 'lastalive.prom') }
}

const stateIn = (file: string): number | undefined =>
  parseExposition(readFileSync(file, 'utf8')).samples.find(({ labels }) => labels.check === 'mdx')?.value

describe.each(['run', 'check'] as const)('%s --output', (command) => {
  const start = (scene: SqliteScene, words: readonly string[]) => scene[command](words)

  test('writes the report to the file, and nothing to stdout', async () => {
    const scene = await makeSilent()
    const outcome = await start(scene, [...PROMETHEUS, '--output', scene.file])
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(stateIn(scene.file)).toBe(2)
    expect(readdirSync(scene.folder)).toEqual(['lastalive.prom'])
  })

  test('replaces what is there', async () => {
    const scene = await makeSilent()
    writeFileSync(scene.file, 'x'.repeat(100_000), { mode: 0o600 })
    await start(scene, [...PROMETHEUS, '--output', scene.file])
    scene.beat()
    expect(await start(scene, [...PROMETHEUS, '--output', scene.file])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    })
    expect(stateIn(scene.file)).toBe(0)
  })

  test('lets everybody read it, whatever the umask is', async () => {
    const scene = await makeSilent()
    const watch = ['--url', scene.path, '--key', 'last_alive', '--critical', '10m', '--lockfile', scene.lockfile]
    const words = [command, ...watch, ...PROMETHEUS, '--output', scene.file]
    expect(await lastaliveAfter('umask 077', words, { mounts: false })).toMatchObject({
      code: 2,
      stderr: command === 'run' ? NOBODY_TO_TELL : '',
    })
    expect(statSync(scene.file).mode & 0o7777).toBe(0o644)
  })

  test.each([
    ['text', /^CRITICAL {2}mdx .* silent for 42 min/m],
    ['nagios', /^CRITICAL - mdx: silent for 42 min/],
    ['json', /^\{"version":1,"state":"critical"/],
  ])('takes %s as well', async (format, text) => {
    const scene = await makeSilent()
    const outcome = await start(scene, ['--format', format, '--output', scene.file])
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(readFileSync(scene.file, 'utf8')).toMatch(text)
  })

  test.each([
    ['', 'is empty (a variable that is not set?); write a path'],
    ['-', 'for stdout, leave --output out'],
    ['postgres://u:geheim@h/db', 'looks like a URL; write a path'],
  ])('refuses %j', async (file, words) => {
    const scene = await makeSilent()
    const { code, stderr } = await start(scene, ['--output', file])
    expect([code, stderr]).toEqual([3, expect.stringContaining(words)])
    expect(stderr).not.toContain('geheim')
  })
})

describe('a file that cannot be written', () => {
  type Silent = Awaited<ReturnType<typeof makeSilent>>
  const CASES: readonly (readonly [string, (scene: Silent) => string, string])[] = [
    [
      'in a directory that is not there',
      ({ folder }) => join(folder, 'no/x.prom'),
      'there is no such directory; make it',
    ],
    ['below a file', ({ path }) => join(path, 'x.prom'), 'a part of the path is not a directory'],
    ['that is a directory', ({ folder }) => folder, 'it is not a regular file; name another file with --output'],
    [
      'that is a link',
      ({ folder, path }) => {
        symlinkSync(path, join(folder, 'link'))
        return join(folder, 'link')
      },
      'it is not a regular file',
    ],
    [
      'that is a pipe',
      ({ folder }) => {
        execFileSync('mkfifo', [join(folder, 'pipe')])
        return join(folder, 'pipe')
      },
      'it is not a regular file',
    ],
  ]

  test.each(CASES)('%s is told by run, which has told and remembered all else', async (_, fileOf, words) => {
    const scene = await makeSilent()
    const file = fileOf(scene)
    const outcome = await scene.run([...PROMETHEUS, '--output', file])
    expect(outcome).toMatchObject({ code: 4, stdout: '' })
    expect(outcome.stderr).toMatch(/^lastalive: cannot write [^\n]+\n$/)
    expect(outcome.stderr).toContain(`lastalive: cannot write ${file}: ${words}`)
    expect(scene.subjects()).toHaveLength(1)
    expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
    expect(scene.subjects()).toEqual([])
  })

  test.each(CASES)('%s is told by check', async (_, fileOf, words) => {
    const scene = await makeSilent()
    const { code, stdout, stderr } = await scene.check([...PROMETHEUS, '--output', fileOf(scene)])
    expect(code).toBe(3)
    expect(stdout).toMatch(/^UNKNOWN - lastalive: cannot write /)
    expect(stderr).toContain(words)
  })

  test('stays what it is', async () => {
    const scene = await makeSilent()
    symlinkSync(scene.path, scene.file)
    await scene.run([...PROMETHEUS, '--output', scene.file])
    expect(readlinkSync(scene.file)).toBe(scene.path)
    expect(readdirSync(scene.folder)).toEqual(['lastalive.prom'])
  })

  test('leaves nothing behind where no file may be written', async () => {
    const scene = await makeSilent()
    writeFileSync(scene.file, 'old')
    const watch = ['--url', scene.path, '--key', 'last_alive', '--critical', '10m']
    const words = ['check', ...watch, ...PROMETHEUS, '--output', scene.file]
    const outcome = await lastaliveAfter('ulimit -f 0', words, { mounts: false })
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('cannot write') })
    expect([readdirSync(scene.folder), readFileSync(scene.file, 'utf8')]).toEqual([['lastalive.prom'], 'old'])
  })
})

describe('a run that leaves early', () => {
  /** While a run of the same line waits for its sendmail. */
  async function makeBusy() {
    const begun = join(mkdtempSync(join(tmpdir(), 'lastalive-begun-')), 'begun')
    const slow = await makeSendmail({ before: `touch '${begun}'; sleep 4` })
    onTestFinished(async () => {
      await slow.stop()
      rmSync(dirname(begun), { recursive: true })
    })
    const scene = await makeSilent({ sendmail: slow.path })
    writeFileSync(scene.file, 'as the last run left it')
    const first = scene.run()
    while (!existsSync(begun)) await sleep(20)
    return { ...scene, first }
  }

  test('as the very same is under way leaves the file as it is', async () => {
    const scene = await makeBusy()
    const outcome = await scene.run([...PROMETHEUS, '--output', scene.file])
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: '' })
    expect(readFileSync(scene.file, 'utf8')).toBe('as the last run left it')
    await scene.first
  })

  test('as the very same is under way has no figures', async () => {
    const scene = await makeBusy()
    expect(await scene.run([...PROMETHEUS, '-v'])).toMatchObject({ code: 2, stdout: '', stderr: '' })
    await scene.first
  })

  test('as it cannot have the lock leaves the file as it is', async () => {
    const scene = await makeBusy()
    const outcome = await scene.run([...PROMETHEUS, '--output', scene.file, '--name', 'other', '-t', '1'])
    expect(outcome).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('not run: another run') })
    expect(readFileSync(scene.file, 'utf8')).toBe('as the last run left it')
    await scene.first
  })

  test('as it is called wrongly leaves the file as it is', async () => {
    const scene = await makeSilent()
    writeFileSync(scene.file, 'as the last run left it')
    const outcome = await scene.run([
      ...PROMETHEUS,
      '--output',
      scene.file,
      '--param',
      'x',
      '--config',
      '/proc/nonexistent',
    ])
    expect(outcome).toMatchObject({ code: 3, stdout: '' })
    expect(readFileSync(scene.file, 'utf8')).toBe('as the last run left it')
  })
})

test('a run that cannot lock writes its report, and counts that', async () => {
  const scene = await makeSilent()
  const words = [...PROMETHEUS, '--output', scene.file, '--lockfile', join(scene.path, 'x.lck')]
  expect(await scene.run(words)).toMatchObject({ code: 4, stdout: '' })
  const { samples } = parseExposition(readFileSync(scene.file, 'utf8'))
  const errors = samples.find(({ name, labels }) => name === 'lastalive_run_errors' && labels.kind === 'state')
  expect(errors?.value).toBeGreaterThan(0)
})

test('a dry run writes the file that was asked for, and nothing else', async () => {
  const scene = await makeSilent()
  const outcome = await scene.run([...PROMETHEUS, '--output', scene.file, '--dry-run'])
  expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: '' })
  expect([stateIn(scene.file), scene.subjects()]).toEqual([2, []])
})

test('whoever reads finds a whole report, however many write at once', async () => {
  const scene = await makeSilent()
  const words = [...PROMETHEUS, '--output', scene.file]
  await scene.check(words)
  let isOver = false
  const writing = Promise.all(Array.from({ length: 8 }, () => scene.check(words))).finally(() => {
    isOver = true
  })
  let reads = 0
  for (; !isOver; reads++) {
    expect(stateIn(scene.file)).toBe(2)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect((await writing).map(({ code, stderr }) => [code, stderr])).toEqual(Array.from({ length: 8 }, () => [2, '']))
  expect(reads).toBeGreaterThan(10)
  expect(readdirSync(scene.folder)).toEqual(['lastalive.prom'])
})

const KILLS = repetitions(100)
test(`the report is whole, whatever is killed when, ${KILLS} times`, { timeout: 240_000 }, async () => {
  const scene = await makeSilent()
  const words = [...PROMETHEUS, '--output', scene.file]
  const { seconds } = await scene.check(words)
  for (let i = 0; i < KILLS; i++) {
    await scene.check(words, { killAfterMs: Math.ceil(((i + 1) / KILLS) * seconds * 1_000) })
    expect(stateIn(scene.file), `kill ${i}`).toBe(2)
  }
})
