import { describe, test } from 'vitest'
import { type SourceMood, sourceLaws } from '../../../src/conformance.ts'
import { trialOf } from '../one-check.ts'
import { ownFolder } from '../own-folder.ts'

const SECRET = 'gehe1m-s3cret'
const MOODS = ['answers', 'is hostile', 'never answers', 'drips', 'is gone'] as const
/** What its function does. */
const BODIES: Readonly<Record<SourceMood, string>> = {
  answers: "return { kind: 'beat', at: new Date(), memory: (memory ?? 0) + 1 }",
  'is hostile': String.raw`throw new Error(('\u001b[2J\u202e | evil=1 ' + options.token + '\r\nBcc: x').repeat(1e5))`,
  'never answers': 'for (;;);',
  drips: 'for (;;) { console.log("x"); await new Promise((resolve) => setTimeout(resolve, 50)) }',
  'is gone': '',
}

describe('a module', () => {
  const make = async (mood: SourceMood) => {
    const { path, put, remove } = ownFolder()
    if (mood !== 'is gone')
      put('own.mjs', `export const read = async (options, { memory, signal }) => { ${BODIES[mood]} }`)
    const options = { token: SECRET }
    return await trialOf({ module: `${path}/own.mjs`, options, critical: '1h', timeout: '20s' }, { remove })
  }
  for (const { name, run } of sourceLaws({ moods: MOODS, make, secrets: [SECRET] })) test(name, run, 40_000)
})
