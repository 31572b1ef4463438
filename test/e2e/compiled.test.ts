import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { lastalive } from '../support/command.ts'

const RIGHT = { code: 0, stderr: '' }

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lastalive-compiled-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
})

const kept = (): readonly string[] => readdirSync(join(home, '.cache/lastalive')).toSorted()
const run = () => lastalive(['validate', '--help'], { env: { HOME: home, XDG_CACHE_HOME: undefined } })

test('compiled code is kept in the home directory, for nobody else', async () => {
  expect(await run()).toMatchObject(RIGHT)
  expect(kept().length).toBeGreaterThan(0)
  expect(statSync(join(home, '.cache/lastalive')).mode & 0o077).toBe(0)
})

test('what is kept stays as it is, and serves', async () => {
  await run()
  const [name = ''] = kept()
  const path = join(home, '.cache/lastalive', name)
  const before = statSync(path).mtimeMs
  expect(await run()).toMatchObject(RIGHT)
  expect([kept(), statSync(path).mtimeMs]).toEqual([[name], before])
})

test('what is a day old is kept anew, with what has been compiled since; and each command has its own', async () => {
  await run()
  const [name = ''] = kept()
  expect(name).toMatch(/-validate$/)
  const path = join(home, '.cache/lastalive', name)
  const then = Date.now() / 1_000 - 2 * 86_400
  utimesSync(path, then, then)
  expect(await run()).toMatchObject(RIGHT)
  expect(statSync(path).mtimeMs).toBeGreaterThan(then * 1_000 + 86_400_000)
  await lastalive(['schedule', '@daily'], { env: { HOME: home, XDG_CACHE_HOME: undefined } })
  expect(kept().filter((other) => other !== name)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^main\.cjs-.*-schedule$/)]),
  )
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['something else', Buffer.from('no code')],
])('%s in its place is replaced', async (_, content) => {
  await run()
  const [name = ''] = kept()
  const path = join(home, '.cache/lastalive', name)
  writeFileSync(path, content)
  expect(await run()).toMatchObject(RIGHT)
  expect(readFileSync(path).length).toBeGreaterThan(10_000)
})

test('what is a month old goes when something new comes', async () => {
  await run()
  const [name = ''] = kept()
  const directory = join(home, '.cache/lastalive')
  const then = Date.now() / 1_000 - 31 * 86_400
  rmSync(join(directory, name))
  writeFileSync(join(directory, 'main.cjs-of-old'), '')
  utimesSync(join(directory, 'main.cjs-of-old'), then, then)
  expect(await run()).toMatchObject(RIGHT)
  expect(kept()).toEqual([name])
})

test('where somebody else could have put compiled code, none is read or kept', async () => {
  const directory = join(home, '.cache/lastalive')
  // As the home of another user, that sudo has kept; only root can make that.
  if (process.getuid?.() === 0) {
    chownSync(home, 65_534, 65_534)
    expect(await run()).toMatchObject(RIGHT)
    expect(readdirSync(home)).toEqual([])
  }
  mkdirSync(directory, { recursive: true })
  if (process.getuid?.() === 0) chownSync(directory, 65_534, 65_534)
  else chmodSync(directory, 0o777)
  expect(await run()).toMatchObject(RIGHT)
  expect(kept()).toEqual([])
  if (process.getuid?.() === 0) chownSync(directory, 0, 0)
  chmodSync(directory, 0o700)
  expect(await run()).toMatchObject(RIGHT)
  const [name = ''] = kept()
  const path = join(directory, name)
  writeFileSync(path, 'no code')
  chmodSync(directory, 0o720)
  expect(await run()).toMatchObject(RIGHT)
  expect(readFileSync(path, 'utf8')).toBe('no code')
})

test.each(['/dev/null', '/nonexistent/home'])(
  'a home where nothing can be kept (%s) changes nothing',
  async (nowhere) => {
    const outcome = await lastalive(['validate', '--help'], { env: { HOME: nowhere, XDG_CACHE_HOME: '/dev/null' } })
    expect(outcome).toMatchObject(RIGHT)
  },
)
