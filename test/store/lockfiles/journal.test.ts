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
import type { JournalEntry } from '../../../src/core/ports.ts'
import { appendToJournal, readJournal } from '../../../src/store/lockfiles/journal.ts'
import { NOON } from '../../core/builders.ts'
import { repetitions } from '../../support/command.ts'

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
    start: NOON,
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

test('leaves out a line that is longer than anyone reads', async () => {
  await appendToJournal(path, [entry('1'), { ...entry('2'), item: 'x'.repeat(5_000_000) }, entry('3')])
  expect(linesOf(path)).toEqual(['1', '3'])
})

describe('while another one writes as well', () => {
  /** Writes until the other one has done its work, and at least once after it. @returns what was written */
  const writeBeside = async (file: string, name: string, work: { isDone: boolean }): Promise<readonly string[]> => {
    const ids: string[] = []
    for (let isLast = false; !isLast; ) {
      isLast = work.isDone
      ids.push(`${name}-${ids.length}`)
      await appendToJournal(file, [entry(`${name}-${ids.length - 1}`)], { isAlone: false })
    }
    return ids
  }

  test('no line is lost or torn, as long as one alone puts it aside', async () => {
    for (let round = 0; round < repetitions(50); round++) {
      const here = join(path, '..', `${round}.jsonl`)
      const work = { isDone: false }
      const others = ['b', 'c', 'd'].map((name) => writeBeside(here, name, work))
      const own = Array.from({ length: 12 }, (_, i) => `a-${i}`)
      for (const id of own) await appendToJournal(here, [entry(id, 'x'.repeat(120_000))])
      work.isDone = true
      const written = [...own, ...(await Promise.all(others)).flat()]
      const { entries, skipped } = await readJournal(here)
      expect(skipped).toBe(0)
      expect(entries.map(({ id }) => id).toSorted()).toEqual(written.toSorted())
      expect(existsSync(`${here}.1`)).toBe(true)
    }
  })

  test('who is not alone never puts it aside', async () => {
    for (const id of ['1', '2', '3']) await appendToJournal(path, [entry(id, 'x'.repeat(200_000))])
    for (const id of ['4', '5', '6', '7']) {
      await appendToJournal(path, [entry(id, 'x'.repeat(250_000))], { isAlone: false })
    }
    expect(existsSync(`${path}.1`)).toBe(false)
    await appendToJournal(path, [entry('8')])
    expect([linesOf(`${path}.1`), linesOf(path)]).toEqual([['1', '2', '3', '4', '5', '6', '7'], ['8']])
  })

  test('nothing is missed by who reads while it is put aside', async () => {
    const writing = (async () => {
      for (let i = 0; i < 40; i++) await appendToJournal(path, [entry(String(i), 'x'.repeat(100_000))])
    })()
    let isWriting = true
    const done = writing.finally(() => {
      isWriting = false
    })
    while (isWriting) {
      const { entries, skipped } = await readJournal(path)
      const ids = [...new Set(entries.map(({ id }) => Number(id)))]
      expect(ids).toEqual(ids.map((_, i) => (ids[0] ?? 0) + i))
      // A line may be half there at this moment.
      expect(skipped).toBeLessThan(2)
    }
    await done
  })
})
