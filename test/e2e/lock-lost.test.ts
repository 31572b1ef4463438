import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMMAND, lastalive, runProgram } from '../support/command.ts'
import { makeSqliteScene, type SqliteScene } from '../support/scene.ts'
import { canTrace, STRACE_MISSING } from '../support/strace.ts'

function toldBy(scene: SqliteScene, state: string): readonly string[] {
  const watch = ['run', '--url', `sqlite:${scene.path}`, '--key', 'last_alive', '-c', '10m', '--name', 'mdx']
  return [...watch, '--to', 'a@domain.tld', '--from', 'b@domain.tld', '--smtp', scene.smtp.url, '--state', state]
}

test.skipIf(!canTrace())(
  `a file system without locks does not keep a run from telling (${STRACE_MISSING} where skipped)`,
  async () => {
    const scene = await makeSqliteScene()
    scene.beat(2_525)
    const state = join(scene.dir, 'state')
    mkdirSync(state)
    const strace = ['strace', '-f', '-o', '/dev/null', '-P', join(state, 'run.lock'), '-e', 'inject=fcntl:error=ENOLCK']
    const run = () => runProgram([...strace, process.execPath, COMMAND, ...toldBy(scene, state)])
    expect(await run()).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(
        /cannot lock \S+run\.lock: the file system gives no locks; name a place of your own/,
      ),
    })
    expect(scene.subjects()).toEqual(['[lastalive] CRITICAL mdx: silent for 42 min (limit 10 min)'])
    // What it was told is remembered all the same.
    expect((await run()).code).toBe(4)
    expect(scene.subjects()).toEqual([])
  },
)

test('a limit that leaves hardly a file to open is named, with the cure, and the run comes to its end', async () => {
  const scene = await makeSqliteScene()
  scene.beat(2_525)
  // From where Node itself begins to start: how many it needs is its own affair.
  const outcomes = []
  for (let limit = 17; limit < 24; limit++) {
    const line = `ulimit -n ${limit}; exec "$@"`
    const args = [process.execPath, COMMAND, ...toldBy(scene, join(scene.dir, 'state'))]
    outcomes.push(await runProgram(['sh', '-c', line, 'sh', ...args]))
  }
  const ours = outcomes.filter(({ stderr }) => stderr.startsWith('lastalive: '))
  const short = ours.filter(({ stderr }) => /too many open files/i.test(stderr))
  expect(short.length).toBeGreaterThan(0)
  expect(short.map(({ code }) => code)).toEqual(short.map(() => 4))
  expect(short.filter(({ stderr }) => stderr.includes('npm'))).toEqual([])
  expect(short.filter(({ stderr }) => stderr.includes('(ulimit -n); raise the limit'))).toEqual(short)
})

test.each(['run.lock', 'journal.jsonl', 'silences.json'])(
  'a %s with another name is left alone, and the alert told',
  async (name) => {
    const scene = await makeSqliteScene()
    scene.beat(2_525)
    const state = join(scene.dir, 'state')
    mkdirSync(state)
    writeFileSync(join(scene.dir, 'precious'), 'precious')
    linkSync(join(scene.dir, 'precious'), join(state, name))
    expect(await lastalive(toldBy(scene, state))).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(`${name}: it has another name as well (a hard link); look at it, then remove it`),
    })
    expect(scene.subjects()).toHaveLength(1)
    expect(readFileSync(join(scene.dir, 'precious'), 'utf8')).toBe('precious')
  },
)

test('a report is not put in the place of a file with another name', async () => {
  const scene = await makeSqliteScene()
  scene.beat(0)
  const [precious, report] = [join(scene.dir, 'precious'), join(scene.dir, 'report')]
  writeFileSync(precious, 'precious')
  linkSync(precious, report)
  expect(await scene.run(['--output', report])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining(`cannot write ${report}: it has another name as well (a hard link)`),
  })
  expect(statSync(precious).nlink).toBe(2)
})

test('the lockfile of what is open for long never looks old to what cleans its directory by age', async () => {
  const scene = await makeSqliteScene()
  scene.beat(2_525)
  await scene.run()
  const content = readFileSync(scene.lockfile, 'utf8')
  const before = new Date(Date.now() - 25 * 60 * 60_000)
  utimesSync(scene.lockfile, before, before)
  const ageMs = (): number => Date.now() - statSync(scene.lockfile).mtimeMs
  await scene.check(['--lockfile', scene.lockfile, '--format', 'json'])
  await scene.run(['--dry-run'])
  expect(ageMs()).toBeGreaterThan(24 * 60 * 60_000)
  expect(await scene.run()).toMatchObject({ code: 2, stderr: '' })
  expect(ageMs()).toBeLessThan(60_000)
  expect(readFileSync(scene.lockfile, 'utf8')).toBe(content)
  expect(readdirSync(scene.dir).filter((name) => name.endsWith('.tmp'))).toEqual([])
})
