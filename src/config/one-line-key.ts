import { UsageError } from '../core/errors.ts'
import { parseLimit } from '../core/judge/range.ts'
import { mayHoldPassword } from '../core/shape/tree.ts'
import { show } from '../core/shape/values.ts'
import { clean } from '../core/words/text.ts'

/** A key as the command line has it. */
export interface WrittenKey {
  readonly key: string
  /** the limit that was written behind it */
  readonly critical?: string
  /** what is wrong with it, and what to write: a mistake of this key alone */
  readonly wrong?: string
}

/** What the line says that holds for each of its keys. */
export interface ForEachKey {
  readonly kind: Parameters<typeof parseLimit>[1]
  readonly warning?: string | undefined
  readonly critical?: string | undefined
  readonly expires?: boolean | undefined
  readonly schedule?: string | undefined
}

/**
 * Reads `last_alive` or `last_alive=10m`; what stands after the last `=` is the limit, so that a key with such a
 * character needs one.
 *
 * @throws UsageError where nothing says how old the key may be
 */
export function readKeyOption(written: string, { kind, warning, critical, expires, schedule }: ForEachKey): WrittenKey {
  const at = written.lastIndexOf('=')
  const key = at < 0 ? written : written.slice(0, at)
  const limit = at < 0 ? undefined : written.slice(at + 1)
  const example = kind === 'amount' ? '100' : '10m'
  if (key.trim() === '') {
    return {
      key,
      wrong: 'is empty (a variable that is not set?); write last_alive, say',
    }
  }
  if (limit !== undefined && parseLimit(limit, kind) === undefined) {
    const what = kind === 'amount' ? 'a number or a range' : 'a duration'
    return { key, wrong: `${show(limit)} behind the = is not ${what}; write --key ${shownKeyOption(key)}=${example}` }
  }
  const isLimited = [limit, warning, critical, schedule].some((one) => one !== undefined) || expires === true
  if (!isLimited) throw new UsageError(`--key ${shownKeyOption(key)} has no limit; write --critical ${example}, say`)
  return { key, ...(limit === undefined ? {} : { critical: limit }) }
}

/** A key as it is shown: what may be a place with a password is not. */
export function shownKeyOption(key: string): string {
  return mayHoldPassword(key) ? '<url>' : clean(key)
}
