import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Check } from '../../../src/core/check.ts'
import type { Answer } from '../../../src/core/ports.ts'
import type { Reading } from '../../../src/core/types.ts'
import { MOST_ENTRIES } from '../../../src/sources/file/find.ts'
import { FILE } from '../../../src/sources/file/kind.ts'
import { aCheck, later, NOON } from '../../core/builders.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lastalive-file-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
})

/** A file of so many bytes that was written so many seconds before noon. */
function put(name: string, secondsAgo = 0, content: string | Buffer = 'x'): void {
  writeFileSync(join(dir, name), content)
  utimesSync(join(dir, name), later(-secondsAgo), later(-secondsAgo))
}

/** What a source says at noon of a path in the directory. */
async function answerOf(name: string, more: Partial<Check> & { readonly measure?: string } = {}): Promise<Answer> {
  const { measure = 'age', ...rest } = more as Record<string, unknown>
  const entry = { file: join(dir, name), measure }
  const look = FILE.look(entry, { fromRecipe: new Set(), timezone: 'UTC', secretAt: () => undefined })
  const maker = await FILE.load?.()
  const home = { env: {}, home: '/', readingTime: 5 }
  const made = await maker?.create('file:mdx', look, home)
  const check = { ...aCheck({ ...rest, measure: FILE.measure?.(entry) ?? 'age' }), look }
  const answer = await made?.source.read([check], { signal: AbortSignal.timeout(5_000), clock: { now: () => NOON } })
  if (answer === undefined) throw new Error('no answer')
  return answer
}

async function readingOf(...args: Parameters<typeof answerOf>): Promise<Reading> {
  const { fault, readings } = await answerOf(...args)
  if (fault !== undefined) return { kind: 'fault', fault }
  const [reading] = readings.get('mdx') ?? []
  if (reading === undefined) throw new Error('no reading')
  return reading
}

const aged = (seconds: number) => ({ kind: 'beat', at: later(-seconds), asOf: NOON, readAt: NOON })

describe('a file', () => {
  test('is as old as it was written last, on our clock', async () => {
    put('a', 60)
    expect(await readingOf('a')).toEqual(aged(60))
  })

  test('has a size, also where it is empty', async () => {
    put('a', 60, '')
    expect(await readingOf('a', { measure: 'size' } as never)).toEqual({ kind: 'amount', value: 0 })
  })

  test('is counted', async () => {
    put('a')
    expect(await readingOf('a', { measure: 'count' } as never)).toEqual({ kind: 'amount', value: 1 })
  })

  test('that is not there is absent', async () => {
    expect(await readingOf('a')).toEqual({ kind: 'absent', why: `there is no ${dir}/a` })
  })

  test('in a folder that is a file is absent', async () => {
    put('a')
    expect(await readingOf('a/b')).toEqual({ kind: 'absent', why: `there is no ${dir}/a/b` })
  })

  test('that a link leads to is read, and its own time counts', async () => {
    put('a', 60)
    symlinkSync('a', join(dir, 'link'))
    expect(await readingOf('link')).toEqual(aged(60))
  })

  test('that a link leads to and is gone is absent, and that is said', async () => {
    symlinkSync('nowhere', join(dir, 'link'))
    expect(await readingOf('link')).toEqual({ kind: 'absent', why: `${dir}/link is a link to what is not there` })
  })

  test.each([
    ['a folder', 'folder', /is a folder$/],
    ['a FIFO', 'fifo', /is a FIFO, not a regular file$/],
    ['a device', '../../dev/null', /is a device, not a regular file$/],
    ['links in a circle', 'round', /^the links at .*round lead in a circle$/],
  ])('%s is none, and holds nobody up', async (_, name, message) => {
    mkdirSync(join(dir, 'folder'))
    execFileSync('mkfifo', [join(dir, 'fifo')])
    symlinkSync('round', join(dir, 'round'))
    const fault = { kind: 'invalid', scope: 'check', message: expect.stringMatching(message) }
    for (const measure of ['age', 'number', 'count'])
      expect(await readingOf(name, { measure } as never)).toMatchObject({ kind: 'fault', fault })
  })
})

describe('many files', () => {
  test('are as old as the newest', async () => {
    put('a.dump', 300)
    put('b.dump', 60)
    put('c.dump.tmp', 1)
    put('.d.dump', 1)
    expect(await readingOf('*.dump')).toEqual(aged(60))
  })

  test('have the size of the newest, which may be empty', async () => {
    put('a.dump', 300, 'xxxx')
    put('b.dump', 60, '')
    expect(await readingOf('*.dump', { measure: 'size' } as never)).toEqual({ kind: 'amount', value: 0 })
  })

  test('are counted without what is no file', async () => {
    put('a', 0)
    put('b', 0)
    mkdirSync(join(dir, 'folder'))
    symlinkSync('a', join(dir, 'link'))
    symlinkSync('nowhere', join(dir, 'dangling'))
    execFileSync('mkfifo', [join(dir, 'fifo')])
    expect(await readingOf('*', { measure: 'count' } as never)).toEqual({ kind: 'amount', value: 3 })
  })

  test('lie in folders that are like a part of the path', async () => {
    for (const name of ['one', 'two', 'other']) mkdirSync(join(dir, name, 'last'), { recursive: true })
    put('one/last/a', 300)
    put('two/last/a', 60)
    put('other/last/a', 1)
    put('file', 1)
    expect(await readingOf('[ot][nw][eo]/last/?')).toEqual(aged(60))
    expect(await readingOf('*/last/a', { measure: 'count' } as never)).toEqual({ kind: 'amount', value: 3 })
  })

  test('that are none are absent, and none are counted', async () => {
    expect(await readingOf('*.dump')).toEqual({ kind: 'absent', why: `there is no file like ${dir}/*.dump` })
    expect(await readingOf('*.dump', { measure: 'count' } as never)).toEqual({ kind: 'amount', value: 0 })
  })

  test('in a folder that is not there are absent, also where they are counted', async () => {
    const absent = { kind: 'absent', why: `there is no folder ${dir}/none` }
    expect(await readingOf('none/*')).toEqual(absent)
    expect(await readingOf('none/*', { measure: 'count' } as never)).toEqual(absent)
  })

  test('of which one comes from the future are as old as the newest of the others', async () => {
    put('a', 300)
    put('b', -3_600)
    put('c', 60)
    expect(await readingOf('*')).toEqual(aged(60))
  })

  test('of which one was written just now are new, within the tolerance', async () => {
    put('a', 300)
    put('b', -30)
    expect(await readingOf('*')).toEqual(aged(-30))
  })

  test('of which some are removed while they are looked at are as old as the newest of the rest', async () => {
    put('kept', 60)
    const turn = 'for i in $(seq 200); do : >gone$i; done; rm -f gone*'
    const churn = spawn('sh', ['-c', `while :; do ${turn}; done`], { cwd: dir, stdio: 'ignore' })
    onTestFinished(() => void churn.kill('SIGKILL'))
    // A law of chance: once in so many looks one is removed between its listing and its look.
    for (let looks = 0; looks < 50; looks++) expect(await readingOf('*')).toEqual(aged(60))
  })

  test('that all come from the future say so', async () => {
    put('b', -3_600)
    expect(await readingOf('*')).toEqual(aged(-3_600))
  })

  test('whose names are no UTF-8 are found', async () => {
    const path = Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xe4, 0x2e, 0x64])])
    writeFileSync(path, '12')
    utimesSync(path, later(-60), later(-60))
    expect(await readingOf('*.d')).toEqual(aged(60))
    const fault = { kind: 'invalid', message: expect.stringContaining('is not UTF-8') }
    expect(await readingOf('*.d', { measure: 'number' } as never)).toMatchObject({ fault })
  })

  test('may be ten thousand', async () => {
    execFileSync('sh', ['-c', 'seq -f %g.job 10000 | xargs touch'], { cwd: dir })
    expect(await readingOf('*.job', { measure: 'count' } as never)).toEqual({ kind: 'amount', value: 10_000 })
  })

  test('may not be any number', async () => {
    mkdirSync(join(dir, 'folder'))
    for (let i = 0; i < 400; i++) mkdirSync(join(dir, 'folder', `${i}`))
    for (let i = 0; i <= MOST_ENTRIES / 400; i++) writeFileSync(join(dir, 'folder', `f${i}`), '')
    for (let i = 0; i < 400; i++) symlinkSync(join(dir, 'folder'), join(dir, `${i}`))
    const message = `there are more than 100000 entries in the folders of ${dir}/*/*`
    expect(await readingOf('*/*')).toMatchObject({ kind: 'fault', fault: { kind: 'invalid', message } })
  })
})

describe('what is in a file', () => {
  const noon = String(NOON.getTime() / 1_000)

  test.each([
    ['a time in JSON', '{"at": "2026-11-22T11:59:00Z"}', { json: '$.at' }, aged(60)],
    ['a time behind a mark of its encoding', '\ufeff{"at": "2026-11-22T11:59:00Z"}', { json: '$.at' }, aged(60)],
    ['a time that a pattern finds', `x\nlast=${noon}\n`, { pattern: String.raw`last=(\d+)` }, aged(0)],
    ['a number alone', ' 42\n', { measure: 'number' }, { kind: 'amount', value: 42 }],
    ['a number in JSON', '{"n": 7}', { measure: 'number', json: '$.n' }, { kind: 'amount', value: 7 }],
    ['nothing', '', { measure: 'number' }, { kind: 'absent' }],
    ['no JSON', 'x', { json: '$.at' }, { kind: 'fault', fault: { kind: 'invalid' } }],
    ['no such key', '{}', { json: '$.at' }, { kind: 'absent', why: expect.stringContaining('there is no $.at') }],
    ['text that is no number', 'x\x1b[2J\0', { measure: 'number' }, { kind: 'fault', fault: { kind: 'invalid' } }],
    ['too much for a number', '1'.repeat(401), { measure: 'number' }, { kind: 'fault', fault: { kind: 'invalid' } }],
  ])('is %s', async (_, content, more, reading) => {
    put('a', 300, content)
    expect(await readingOf('a', more as never)).toMatchObject(reading)
  })

  test('is that of the newest of many', async () => {
    put('a', 300, '1')
    put('b', 60, '2')
    expect(await readingOf('*', { measure: 'number' } as never)).toMatchObject({ kind: 'amount', value: 2 })
  })

  test('is not read where it is too large', async () => {
    put('a', 0, Buffer.alloc(4 * 1024 * 1024 + 1, '1'))
    const fault = { kind: 'invalid', message: `cannot read ${dir}/a: larger than 4 MB` }
    expect(await readingOf('a', { measure: 'number' } as never)).toMatchObject({ fault })
  })

  test('may grow while it is read', async () => {
    put('a', 0, '1\n')
    const grow = setInterval(() => appendFileSync(join(dir, 'a'), '1\n'.repeat(1_000)))
    const readings = []
    for (let i = 0; i < 50; i++)
      readings.push(await readingOf('a', { pattern: String.raw`^(1)\n`, measure: 'number' } as never))
    clearInterval(grow)
    expect(readings.every((reading) => reading.kind === 'amount' && reading.value === 1)).toBe(true)
  })
})

test('says how long it took', async () => {
  put('a')
  expect((await answerOf('a')).response).toBeGreaterThan(0)
})
