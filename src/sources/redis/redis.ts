import { FaultError } from '../../core/errors.ts'
import type { Answer, Asked, Source } from '../../core/ports.ts'
import type { Reading, Seconds } from '../../core/types.ts'
import { type Command, type RedisConnection, withRedis } from '../../drivers/redis/redis.ts'
import type { RedisTarget } from '../../drivers/target.ts'
import { nowMs } from '../../io/now.ts'
import { extractAll, extractOne } from '../extract.ts'
import { type Clocks, ITS_VALUE, invalidReading, readingOf } from '../value.ts'
import { type Inquiry, together } from './inquiry.ts'
import type { RedisCheck, RedisLook } from './look.ts'
import { type FoundValue, type Reader, readKey } from './stored.ts'
import { findSubjects, type Subject, shownKey, subjectOf, textOf } from './subjects.ts'

/** The shortest time that an answer is given, however little is left. */
const LEAST_MS = 100

/**
 * A Redis or Valkey server, asked by one connection, for all of its checks at once.
 *
 * @param options.timeout for everything that is asked of it in one run
 */
export function createRedisSource(
  name: string,
  target: RedisTarget,
  { timeout }: { readonly timeout: Seconds },
): Source<RedisLook> {
  return {
    name,
    read: async (checks, { signal, clock, onAsked = () => {} }) => {
      const begun = nowMs()
      const leftMs = (): number => Math.max(LEAST_MS, begun + timeout * 1_000 - nowMs())
      const ending = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(timeout * 1_000))])
      try {
        return await withRedis(target, { signal: ending, timeoutMs: leftMs() }, async (connection) => {
          const clocks = (): Clocks => ({ asOf: connection.now(), readAt: clock.now() })
          const opened = clocks()
          const found = await askAll(connection, checks, { leftMs, onAsked, clocks })
          const response = (nowMs() - begun) / 1_000
          const readings = new Map<string, readonly Reading[]>()
          for (const [check, one] of found) readings.set(check.name, await readingsOf(check, one, clocks(), ending))
          return { readings, clocks: opened, response } satisfies Answer
        })
      } catch (error) {
        if (!(error instanceof FaultError)) throw error
        return { fault: { ...error.fault, scope: 'source' }, readings: new Map() }
      }
    },
  }
}

/** What a check has found: each of its keys, or the reading that stands for all of them. */
type CheckFound = { readonly items: readonly (readonly [Subject, FoundValue])[] } | { readonly instead: Reading }

interface Asker {
  leftMs(): number
  onAsked(asked: Asked): void
  clocks(): Clocks
}

/** What is found in time; a check that is missing was not reached. */
async function askAll(
  connection: RedisConnection,
  checks: readonly RedisCheck[],
  { leftMs, onAsked, clocks }: Asker,
): Promise<ReadonlyMap<RedisCheck, CheckFound>> {
  const found = new Map<RedisCheck, CheckFound>()
  const reader = { target: connection.target, clocks }
  const inquiry = together(
    checks.map(function* (check): Inquiry<void> {
      found.set(check, yield* inquire(check, reader))
    }),
  )
  try {
    for (let step = inquiry.next(); step.done !== true; ) {
      const begun = nowMs()
      const replies = await connection.ask(step.value, leftMs())
      onAsked({ ...shown(step.value), rows: replies.length, seconds: (nowMs() - begun) / 1_000 })
      step = inquiry.next(replies)
    }
  } catch (error) {
    // One that looks for many keys in very many must not hide the others.
    const isLate = error instanceof FaultError && error.fault.kind === 'timeout'
    if (!isLate || found.size === 0) throw error
  }
  return found
}

const MOST_SHOWN = 3

/** Commands as a person would type them. */
function shown(commands: readonly Command[]): Pick<Asked, 'what' | 'with'> {
  const written = commands.slice(0, MOST_SHOWN).map(({ name, with: taken }) => {
    const words = taken.map((one) => shownKey(typeof one === 'string' ? one : textOf(one)))
    return [name.toUpperCase().replace('|', ' '), ...words].join(' ')
  })
  const more = commands.length - written.length
  return { what: `${written.join('; ')}${more > 0 ? `; and ${more} more` : ''}`, with: [] }
}

function* inquire(check: RedisCheck, reader: Reader): Inquiry<CheckFound> {
  const { look, many } = check
  if (many === undefined) {
    const subject = subjectOf(look)
    return { items: [[subject, yield* readKey(look, subject, reader)]] }
  }
  const { maxRows } = many
  const found = yield* findSubjects(look, maxRows, reader.target)
  if (found.kind === 'fault') return { instead: { kind: 'fault', fault: found.fault } }
  if (found.kind === 'too many') {
    const cure = 'write a narrower pattern, or a higher max_rows'
    return { instead: invalidReading(`there are more than ${maxRows} keys`, cure) }
  }
  const { subjects } = found
  const read = yield* together(subjects.map((subject) => readKey(look, subject, reader)))
  const items = subjects.flatMap((subject, i): [Subject, FoundValue][] => {
    const one = read[i]
    // A key that has gone since it was listed is not there; a member's is missing.
    const isThere = one !== undefined && (look.members !== undefined || !('isGone' in one))
    return isThere ? [[subject, one]] : []
  })
  return { items }
}

async function readingsOf(
  check: RedisCheck,
  found: CheckFound,
  clocks: Clocks,
  signal: AbortSignal,
): Promise<readonly Reading[]> {
  if ('instead' in found) return [found.instead]
  const values = found.items.flatMap(([, one]) => ('value' in one ? [one.value] : []))
  const searched =
    check.pattern === undefined
      ? values.map((value) => extractOne(check, value))
      : await extractAll(check, values, signal)
  let at = 0
  const readings = found.items.map(([subject, one]): Reading => {
    const row = subject.item === undefined ? {} : { item: subject.item }
    const label = () => (subject.item === undefined ? labelOf(check.look) : ITS_VALUE)
    if ('reading' in one) return { ...one.reading, ...row }
    const extracted = searched[at++]
    if (extracted === undefined) throw new Error('a value has come to nothing')
    return readingOf(check, extracted, { label, clocks, row })
  })
  if (check.many === undefined) return readings
  return [{ kind: 'rows', count: readings.length }, ...withoutTwins(readings)]
}

/** A name that is no text may look like one that is. */
function withoutTwins(readings: readonly Reading[]): readonly Reading[] {
  const byItem = new Map<string, Reading>()
  for (const reading of readings) {
    const item = reading.item ?? ''
    // Made only where there is one: most names are text, and there may be ten thousand.
    byItem.set(item, byItem.has(item) ? { item, ...invalidReading('several keys look like this name') } : reading)
  }
  return [...byItem.values()]
}

function labelOf({ key, field }: RedisLook): string {
  return field === undefined ? shownKey(key) : `${shownKey(field)} of ${shownKey(key)}`
}
