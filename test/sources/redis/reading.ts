import type { Check } from '../../../src/core/check.ts'
import type { Answer, Asked } from '../../../src/core/ports.ts'
import type { Reading } from '../../../src/core/types.ts'
import type { RedisTarget } from '../../../src/drivers/target.ts'
import { parseDatabaseUrl } from '../../../src/drivers/url.ts'
import { REDIS } from '../../../src/sources/redis/kind.ts'
import type { RedisCheck, RedisLook } from '../../../src/sources/redis/look.ts'
import { createRedisSource } from '../../../src/sources/redis/redis.ts'
import { aCheck } from '../../core/builders.ts'

/** The keys of a check, as a file has them. */
export type Entry = Readonly<Record<string, unknown>>

/** A check as the configuration makes one of its keys. */
export function checkOf(entry: Entry, changes: Partial<Check> = {}): RedisCheck {
  const many = { judge: 'each', vanished: 'unknown', expect: [], minRows: 0, maxRows: 10_000 } as const
  const { json, pattern } = entry as Pick<Check, 'json' | 'pattern'>
  const check: Check = aCheck({
    name: 'one',
    source: 'cache',
    look: REDIS.look(entry, { fromRecipe: new Set(), timezone: 'UTC', secretAt: () => undefined }),
    measure: REDIS.measure?.(entry) ?? 'age',
    ...(REDIS.isMany?.(entry) === true ? { many } : {}),
    ...(json === undefined ? {} : { json }),
    ...(pattern === undefined ? {} : { pattern }),
    ...changes,
  })
  return check as Check<RedisLook> as RedisCheck
}

/** What a server answers to some checks. */
export async function answerOf(
  url: string,
  checks: readonly RedisCheck[],
  { timeout = 20, onAsked = () => {} }: { readonly timeout?: number; readonly onAsked?: (asked: Asked) => void } = {},
): Promise<Answer> {
  const target = (await parseDatabaseUrl(url, { env: {}, home: '/', userName: 'watch' })) as RedisTarget
  const clock = { now: () => new Date() }
  return await createRedisSource('cache', target, { timeout }).read(checks, {
    signal: new AbortController().signal,
    clock,
    onAsked,
  })
}

/** What a check of these keys reads, in short, by item. */
export async function said(
  url: string,
  entry: Entry,
  changes?: Partial<Check>,
): Promise<Readonly<Record<string, string>>> {
  const { fault, readings } = await answerOf(url, [checkOf(entry, changes)])
  if (fault !== undefined) throw new Error(`${fault.kind}: ${fault.message}`)
  const all = (readings.get('one') ?? []).map((reading): [string, string] => [reading.item ?? '', inShort(reading)])
  return Object.fromEntries(all)
}

/** A reading as a person would tell it: a beat by its age, of which tests may take half a minute. */
export function inShort(reading: Reading): string {
  switch (reading.kind) {
    case 'beat':
      return `${Math.floor((reading.asOf.getTime() - reading.at.getTime()) / 30_000) * 30} s ago`
    case 'amount':
      return String(reading.value)
    case 'absent':
    case 'endless':
      return `${reading.kind}: ${reading.why}`
    case 'rows':
      return `${reading.count} rows`
    case 'judged':
      return reading.summary
    case 'fault':
      return [`${reading.fault.kind}: ${reading.fault.message}`, reading.fault.cure].filter(Boolean).join('; ')
  }
}
