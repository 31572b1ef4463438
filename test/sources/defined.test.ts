import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { type SourceMood, sourceLaws } from '../../src/conformance.ts'
import { errorCode } from '../../src/core/errors.ts'
import type { Reading } from '../../src/core/types.ts'
import { defineSource } from '../../src/index.ts'
import { aCheck } from '../core/builders.ts'
import { ownFolder } from './own-folder.ts'

/** How long the queue in a file is: what somebody might write who uses the library. */
const queueIn = (path: string, mood: SourceMood) =>
  defineSource({
    name: 'queue',
    read: async (checks, { signal }) => {
      const reading = await read(path, { signal, mood })
      return { readings: new Map(checks.map(({ name }) => [name, [reading]])) }
    },
  })

async function read(
  path: string,
  { signal, mood }: { readonly signal: AbortSignal; readonly mood: SourceMood },
): Promise<Reading> {
  try {
    if (mood === 'never answers') await sleep(60_000, undefined, { signal })
    return { kind: 'amount', value: (await readFile(path, { encoding: 'utf8', signal })).length }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'absent', why: 'there is no queue' }
    return { kind: 'fault', fault: { kind: 'timeout', scope: 'check', message: 'the queue does not answer' } }
  }
}

describe('a source of a library', () => {
  const make = async (mood: SourceMood) => {
    const { path, put, remove } = ownFolder()
    if (mood !== 'is gone') put('queue', 'x'.repeat(7))
    return { source: queueIn(`${path}/queue`, mood), checks: [aCheck({ measure: 'amount' })], remove }
  }
  for (const { name, run } of sourceLaws({ moods: ['answers', 'never answers', 'is gone'], make })) test(name, run)
})
