import type { Check } from '../../core/check.ts'

/** What is measured of a key. */
export const REDIS_MEASURES = ['age', 'number', 'idle', 'ttl', 'length'] as const

/** What a check of Redis looks at. */
export interface RedisLook {
  /** as it is written: with stars for many keys, or with `{member}` */
  readonly key: string
  /** of a hash; may have `{member}` in it */
  readonly field?: string
  /** a set, or a sorted set, of names of which each is an item */
  readonly members?: string
  readonly measure: (typeof REDIS_MEASURES)[number]
  /** which score of a sorted set; newest where it is not said and the key is one */
  readonly score?: 'newest' | 'oldest'
}

/** A check of Redis. */
export type RedisCheck = Check<RedisLook>

/** What stands for the name of a member. */
export const MEMBER = '{member}'
