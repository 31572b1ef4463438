import type { Check } from '../../core/check.ts'
import { EXTRACTION, extractionProblems } from '../../core/find/extraction.ts'
import { partsOfKey } from '../../core/find/key-pattern.ts'
import type { Source } from '../../core/ports.ts'
import { optional } from '../../core/shape/quick.ts'
import { child, type Path, type Problem } from '../../core/shape/tree.ts'
import { oneOf, text } from '../../core/shape/values.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import type { RedisTarget } from '../../drivers/target.ts'
import { MEMBER, REDIS_MEASURES, type RedisLook } from './look.ts'

const KEYS = {
  database: text({ about: 'the server to look into', example: 'the name of one of the databases' }),
  key: optional(() => text({ about: 'the key that is watched, or many, as in worker:*', example: 'worker:last' })),
  field: optional(() => text({ about: 'the field of a hash that holds the value', example: 'beat' })),
  members: optional(() =>
    text({
      about: 'a set or sorted set of names, each watched by itself: {member} in key or field stands for one',
      example: 'the key of a set, such as workers',
    }),
  ),
  score: optional(() =>
    oneOf(['newest', 'oldest'], { about: 'which score of a sorted set is the time (default newest)' }),
  ),
  ...EXTRACTION,
  measure: optional(() =>
    oneOf(REDIS_MEASURES, {
      about:
        'a time or a number that is stored, how long the key was idle, its time to live, or its length (default age)',
    }),
  ),
}

const NO_KEY = 'does not say what to look at; write key: worker:last, say'

/** What means nothing where nothing that is stored is looked at. */
const OF_VALUES = ['field', 'score', 'json', 'pattern'] as const

/** Keys of Redis or Valkey. */
export const REDIS: SourceKind<RedisLook> = {
  key: 'database',
  title: 'Redis or Valkey',
  keys: () => KEYS,
  needed: { database: 'is missing; write the name of one of the databases' },
  problems: (entry, path) => [...placeProblems(entry, path), ...extractionProblems(entry, path)],
  remarks: (checks) => {
    const idle = checks.filter(({ look }) => look.measure === 'idle')
    if (idle.length === 0) return []
    const reads = checks.filter(({ look }) => look.measure !== 'idle' && look.measure !== 'ttl')
    return idle.flatMap(({ name, source, look }) => {
      const touching = reads.find((other) => other.source === source && other.look.key === look.key)
      if (touching === undefined) return []
      const text = `reads how long the key is idle, which check ${touching.name} ends at each run; measure something else`
      return [{ check: name, key: 'measure', text }]
    })
  },
  measure: (entry) => {
    const measure = child(entry, 'measure')
    if (measure === 'number' || measure === 'length') return 'amount'
    const expires = child(entry, 'expires')
    return measure === 'ttl' || expires === true || expires === 'true' ? 'overdue' : 'age'
  },
  isMany: (entry) => has(entry, 'members') || isPattern(entry, 'key'),
  connect: (name, target, options) => {
    const read: Source['read'] = async (checks, reading) => {
      const { createRedisSource } = await import('./redis.ts')
      const source = createRedisSource(name, target as RedisTarget, options)
      return await source.read(checks as readonly Check<RedisLook>[], reading)
    }
    return { name, read }
  },
  look: (entry) => {
    const { key = '', field, members, measure = 'age', score } = entry as Partial<RedisLook>
    return {
      key,
      ...(field === undefined ? {} : { field }),
      ...(members === undefined ? {} : { members }),
      measure,
      ...(score === undefined ? {} : { score }),
    }
  },
  where: ({ key, field, members }, database) => {
    const of = field === undefined ? key : `${field} of ${key}`
    return `${of}${members === undefined ? '' : ` for each of ${members}`} in database ${database}`
  },
}

function placeProblems(entry: unknown, path: Path): readonly Problem[] {
  if (!has(entry, 'key')) return [{ path, text: NO_KEY }]
  const problem = (key: string, words: string): Problem => ({ path: [...path, key], text: words })
  const measure = child(entry, 'measure')
  const isStored = measure === undefined || measure === 'age' || measure === 'number'
  const named = (['key', 'field'] as const).filter((key) => String(child(entry, key)).includes(MEMBER))
  const hasMembers = has(entry, 'members')
  return [
    ...(isStored
      ? []
      : OF_VALUES.filter((key) => has(entry, key)).map((key) =>
          problem(key, 'goes with measure: age or number; leave it out'),
        )),
    ...(measure === 'idle' && has(entry, 'expires')
      ? [problem('expires', 'goes with measure: age; leave it out')]
      : []),
    ...(has(entry, 'field') && has(entry, 'score')
      ? [problem('score', 'is of a sorted set, and field of a hash; remove one of them')]
      : []),
    ...(hasMembers && named.length === 0
      ? [problem('members', `stands for nothing; write ${MEMBER} in key or field`)]
      : []),
    ...(hasMembers
      ? []
      : named.map((key) => problem(key, `has ${MEMBER} in it, which goes with members; write members`))),
    ...(hasMembers && isPattern(entry, 'key')
      ? [problem('key', String.raw`has a * in it, which does not go with members; write \* for one that is meant`)]
      : []),
  ]
}

function isPattern(entry: unknown, key: string): boolean {
  const written = child(entry, key)
  return typeof written === 'string' && partsOfKey(written).length > 1
}

function has(entry: unknown, key: string): boolean {
  return child(entry, key) !== undefined
}
