import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { JournalEntry } from '../../src/core/ports.ts'
import { appendToJournal } from '../../src/state/journal.ts'
import { NOON } from '../core/builders.ts'

let path: string
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'lastalive-journal-'))
  path = join(directory, 'journal.jsonl')
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
})

function entry(id: string, summary = 'silent for 42 min (limit 10 min)'): JournalEntry {
  return { at: NOON, event: 'opened', check: 'mdx', id, episode: 1, severity: 'critical', summary, since: NOON }
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
