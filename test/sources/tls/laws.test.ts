import { describe, test } from 'vitest'
import { sourceLaws } from '../../../src/conformance.ts'
import { startMoody } from '../../support/raw.ts'
import { trialOf } from '../one-check.ts'

const HOSTILE = '\u001b[2J\u202e | evil=1\r\nBcc: x'.repeat(10_000)

describe('certificates', () => {
  const moods = ['is hostile', 'never answers', 'drips', 'is gone'] as const
  const make = async (mood: (typeof moods)[number]) => {
    const { port, remove } = await startMoody(mood, () => HOSTILE)
    return await trialOf({ tls: `127.0.0.1:${port}`, timeout: '20s' }, { remove })
  }
  for (const { name, run } of sourceLaws({ moods, make })) test(name, run, 40_000)
})
