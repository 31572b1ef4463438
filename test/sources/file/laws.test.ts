import { describe, test } from 'vitest'
import { type SourceMood, sourceLaws } from '../../../src/conformance.ts'
import { trialOf } from '../one-check.ts'
import { ownFolder } from '../own-folder.ts'

const HOSTILE = '\u001b[2J\u202e\u0000 | evil=1\r\nBcc: x'.repeat(10_000)
/** What holds it, and what in it is looked for. */
const LOOKS = {
  'a file': {},
  'the number in a file': { measure: 'number', critical: 5 },
  'a time in JSON': { json: '$.at' },
  'a time that a pattern finds': { pattern: '"at":"([^"]*)"' },
}

describe.each(Object.entries(LOOKS))('%s', (_, keys) => {
  const make = async (mood: SourceMood) => {
    const { path, put, remove } = ownFolder()
    const well = 'measure' in keys ? '3\n' : '{"at":"2026-11-29T12:00:00Z"}'
    if (mood !== 'is gone') put(mood === 'answers' ? 'a' : 'a\u001b[2J\n|x=1', mood === 'answers' ? well : HOSTILE)
    return await trialOf({ file: `${path}/a*`, critical: '1h', ...keys }, { remove })
  }
  for (const { name, run } of sourceLaws({ moods: ['answers', 'is hostile', 'is gone'], make })) test(name, run)
})
