import { describe, test } from 'vitest'
import { sourceLaws } from '../../../src/conformance.ts'
import { startMoody } from '../../support/raw.ts'
import { trialOf } from '../one-check.ts'

const SECRET = 'gehe1m-s3cret'
const HOSTILE = `\u001b[2J\u202e | evil=1 ${SECRET}\r\nBcc: x`
const BODY = '{"at":"2026-11-29T12:00:00.000Z","judged":1,"accepted":0,"errors":0}'
const ANSWERS = {
  answers: `HTTP/1.1 200 OK\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
  'is hostile': `HTTP/1.1 500 \u001b[31m ${SECRET}\r\nX: y\r\n\r\n${HOSTILE.repeat(10_000)}`,
}

describe('the row of another watcher', () => {
  const moods = ['is hostile', 'never answers', 'drips', 'is gone'] as const
  const make = async (mood: (typeof moods)[number]) => {
    const { port, remove } = await startMoody(mood, (one) => ANSWERS[one as keyof typeof ANSWERS])
    const databases = { meet: `postgres://me:${SECRET}@127.0.0.1:${port}/mail` }
    return await trialOf({ peer: { database: 'meet', name: 'watch2' }, timeout: '20s' }, { remove, databases })
  }
  for (const { name, run } of sourceLaws({ moods, make, secrets: [SECRET] })) test(name, run, 40_000)
})

describe('another watcher', () => {
  const moods = ['answers', 'is hostile', 'never answers', 'drips', 'is gone'] as const
  const make = async (mood: (typeof moods)[number]) => {
    const { port, remove } = await startMoody(mood, (one) => ANSWERS[one as keyof typeof ANSWERS])
    return await trialOf({ peer: `http://me:${SECRET}@127.0.0.1:${port}/`, timeout: '20s' }, { remove })
  }
  for (const { name, run } of sourceLaws({ moods, make, secrets: [SECRET] })) test(name, run, 40_000)
})
