import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { JournalEntry } from '../../src/core/ports.ts'
import { appendToJournal, readJournal } from '../../src/state/journal.ts'
import { NOON } from '../core/builders.ts'

let path: string
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-journal-'))
  path = join(directory, 'journal.jsonl')
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
})

function entry(id: string, summary = 'silent for 42 min (limit 10 min)'): JournalEntry {
  return {
    at: NOON,
    event: 'opened',
    origin: 'here',
    check: 'mdx',
    id,
    episode: 1,
    severity: 'critical',
    summary,
    since: NOON,
  }
}

/** The ids of the lines that can be read, and what the others hold. */
function linesOf(file: string): readonly string[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  expect(lines.pop()).toBe('')
  return lines.map((line) => (line.endsWith('}') ? JSON.parse(line).id : line))
}

test('keeps one line of JSON for each entry, in their order', async () => {
  await appendToJournal(path, [entry('1'), entry('2')])
  await appendToJournal(path, [entry('3', 'two\nlines')])
  expect(linesOf(path)).toEqual(['1', '2', '3'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('makes no file for nothing', async () => {
  await appendToJournal(path, [])
  expect(existsSync(path)).toBe(false)
})

test('leaves a line that a crash cut off alone in its line', async () => {
  await appendToJournal(path, [entry('1')])
  writeFileSync(path, '{"at":"2026-11-22T12:0', { flag: 'a' })
  await appendToJournal(path, [entry('2')])
  expect(linesOf(path)).toEqual(['1', '{"at":"2026-11-22T12:0', '2'])
})

test('loses no entry of one run, and keeps no more than two files of bounded size', async () => {
  const summary = 'x'.repeat(100_000)
  for (let i = 0; i < 40; i++) await appendToJournal(path, [entry(String(i), summary)])
  const kept = [...linesOf(`${path}.1`), ...(existsSync(path) ? linesOf(path) : [])]
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => String(40 - kept.length + i)))
  expect(kept.length).toBeGreaterThan(10)
  expect(statSync(`${path}.1`).size).toBeLessThan(1.3 * 1024 * 1024)
})

test('writes through no link', async () => {
  symlinkSync(`${path}.target`, path)
  await expect(appendToJournal(path, [entry('1')])).rejects.toThrow('symbolic link')
  expect(existsSync(`${path}.target`)).toBe(false)
})

describe('is read', () => {
  test('with the part that was put aside before it, as it was written', async () => {
    for (const id of ['1', '2']) await appendToJournal(path, [entry(id)])
    renameSync(path, `${path}.1`)
    await appendToJournal(path, [entry('3', 'two\nlines')])
    const { entries, skipped } = await readJournal(path)
    expect(entries).toEqual([entry('1'), entry('2'), entry('3', 'two\nlines')])
    expect(skipped).toBe(0)
  })

  test('without what is none of its lines, which is counted', async () => {
    await appendToJournal(path, [entry('1')])
    writeFileSync(path, '{"at":"2026-11-22T12:0', { flag: 'a' })
    await appendToJournal(path, [entry('2')])
    writeFileSync(path, '{"at":"never","event":"opened"}\n[]\n', { flag: 'a' })
    const { entries, skipped } = await readJournal(path)
    expect(entries.map(({ id }) => id)).toEqual(['1', '2'])
    expect(skipped).toBe(3)
  })

  test('as empty where there is none', async () => expect(await readJournal(path)).toEqual({ entries: [], skipped: 0 }))

  test('but not through a link', async () => {
    symlinkSync('/etc/passwd', path)
    await expect(readJournal(path)).rejects.toThrow('symbolic link')
  })
})

test('ten thousand openings and as many ends are kept whole', async () => {
  const many = (word: string): readonly JournalEntry[] =>
    Array.from({ length: 10_000 }, (_, i) => entry(`${word}-${i}`, 'x'.repeat(200)))
  await appendToJournal(path, [entry('first')])
  await appendToJournal(path, many('opened'))
  await appendToJournal(path, many('closed'))
  const { entries } = await readJournal(path)
  expect(entries).toHaveLength(20_001)
  expect(statSync(path).size + statSync(`${path}.1`).size).toBeLessThan(11 * 1024 * 1024)
})
