import { appendFileSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import {
  type FoundFile,
  type ReadOptions,
  readRegular,
  readRegularAtOnce,
  whyUnread,
} from '../../../src/io/files/regular.ts'
import { PLANTED } from '../../support/planted.ts'

let path: string
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-regular-'))
  path = join(directory, 'file')
  onTestFinished(() => rmSync(directory, { recursive: true }))
})

const WAYS: readonly (readonly [string, (path: string, options?: ReadOptions) => Promise<FoundFile>])[] = [
  ['aside', readRegular],
  ['at once', async (path, options) => readRegularAtOnce(path, options)],
]

function wordsFor(found: FoundFile): string {
  return found.kind === 'file' ? found.bytes.toString('latin1') : whyUnread(found)
}

describe.each(WAYS)('a file that is read %s', (_, read) => {
  test.each([
    ['a FIFO', 'not a regular file'],
    ['a directory', 'not a regular file'],
    ['a device that never ends', 'not a regular file'],
    ['a socket', 'not a regular file'],
    ['a file that is larger than any', 'larger than 16 MB'],
    ['a link to nothing', 'ENOENT'],
  ])('is not %s', async (name, words) => {
    await PLANTED[name]?.(path)
    expect(wordsFor(await read(path))).toBe(words)
  })

  test.each([
    ['nothing', ''],
    ['a few bytes', 'a\0\xff'],
    ['as much as may be', 'x'.repeat(10_000)],
  ])('may hold %s', async (_, text) => {
    writeFileSync(path, text, 'latin1')
    expect(wordsFor(await read(path, { largestBytes: 10_000 }))).toBe(text)
  })

  test('may not hold one byte more than that', async () => {
    writeFileSync(path, 'x'.repeat(10_001))
    expect(await read(path, { largestBytes: 10_000 })).toMatchObject({ kind: 'large', size: 10_001 })
  })

  test('may say that it is empty, as those of /proc do', async () => {
    expect(wordsFor(await read('/proc/self/status'))).toMatch(/^Name:/)
    expect(await read('/proc/self/status', { largestBytes: 10 })).toMatchObject({ kind: 'large' })
  })

  test.each([
    ['grown since it was looked at', () => appendFileSync(path, 'y'.repeat(9_000)), `x${'y'.repeat(9_000)}`],
    ['become too large since', () => appendFileSync(path, 'y'.repeat(10_001)), 'larger than 0 MB'],
    ['been emptied since', () => truncateSync(path), ''],
  ])('may have %s', async (_, change, text) => {
    writeFileSync(path, 'x')
    const refuse = (): undefined => {
      change()
    }
    expect(wordsFor(await read(path, { largestBytes: 10_000, refuse }))).toBe(text)
  })

  test('is read behind a link only where links are followed', async () => {
    writeFileSync(`${path}.real`, 'x')
    symlinkSync(`${path}.real`, path)
    expect(wordsFor(await read(path))).toBe('x')
    expect(wordsFor(await read(path, { links: 'refused' }))).toBe('ELOOP')
  })

  test('is not read where its reader has something against it', async () => {
    writeFileSync(path, 'x')
    expect(await read(path, { refuse: ({ size }) => `holds ${size} byte` })).toEqual({
      kind: 'refused',
      why: 'holds 1 byte',
    })
  })

  test('is absent where a part of its path is a file', async () => {
    writeFileSync(path, 'x')
    expect(await read(join(path, 'more'))).toMatchObject({ kind: 'absent' })
  })
})
