import { describe, test } from 'vitest'
import { type SourceMood, sourceLaws } from '../../../src/conformance.ts'
import { trialOf } from '../one-check.ts'
import { ownFolder } from '../own-folder.ts'

const SECRET = 'gehe1m-s3cret'
const MOODS = ['answers', 'is hostile', 'never answers', 'drips', 'is gone'] as const
/** What it prints, and how that is read. */
const LOOKS = {
  'a plugin': { well: 'echo "fine | users=3;5;9"; exit 1', keys: {} },
  'a program that prints a time': { well: 'date +%s', keys: { prints: 'age', critical: '1h' } },
  'a program that prints a number': { well: 'echo 3', keys: { prints: 'number', critical: 5 } },
}

const scriptOf = (well: string): Readonly<Record<SourceMood, string>> => ({
  answers: well,
  'is hostile': String.raw`i=0; while [ $i -lt 2000 ]; do printf "\033[2J\000 $TOKEN | evil=NaN\r\nBcc: x 'a=1"; i=$((i+1)); done; exit 2`,
  'never answers': 'trap "" TERM; (trap "" TERM; sleep 60) & sleep 60',
  drips: 'trap "" TERM; while :; do echo; sleep 0.05; done',
  'is gone': '',
})

describe.each(Object.entries(LOOKS))('%s', (_, { well, keys }) => {
  const make = async (mood: SourceMood) => {
    const { path, put, remove } = ownFolder()
    if (mood !== 'is gone') put('script', `#!/bin/sh\n${scriptOf(well)[mood]}\n`)
    const command = [`${path}/script`, '-v']
    return await trialOf({ command, timeout: '20s', environment: { TOKEN: SECRET }, ...keys }, { remove })
  }
  for (const { name, run } of sourceLaws({ moods: MOODS, make, secrets: [SECRET] })) test(name, run, 40_000)
})
