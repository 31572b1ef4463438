import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { questions } from '../core/time/on-calendar/expressions.ts'
import { askSystemd } from '../support/calendar-oracle.ts'
import { canAnalyze, SYSTEMD_MISSING } from '../support/systemd.ts'

const RECORDED = new URL('../data/on-calendar-vectors.jsonl', import.meta.url)
const COUNT = 6

/** Asks in turns, four at a time. */
async function answers(): Promise<string> {
  const lines: string[] = []
  const all = questions().entries()
  const ask = async (): Promise<void> => {
    for (const [i, question] of all) lines[i] = JSON.stringify({ ...question, ...(await askSystemd(question, COUNT)) })
  }
  await Promise.all([ask(), ask(), ask(), ask()])
  return `${lines.join('\n')}\n`
}

describe.skipIf(!canAnalyze)(`OnCalendar (otherwise: ${SYSTEMD_MISSING})`, () => {
  test('systemd still says what was recorded of it', async () => {
    const said = await answers()
    // LASTALIVE_TEST_RECORD=1 writes it anew.
    if (process.env.LASTALIVE_TEST_RECORD === '1') writeFileSync(RECORDED, said)
    expect(said.split('\n')).toEqual(readFileSync(RECORDED, 'utf8').split('\n'))
  }, 600_000)
})
