import { isMapping } from '../core/shape/tree.ts'
import { redact } from '../core/words/text.ts'

/** The same with each secret hidden in all of its texts: what a program or a module of one's own says may hold them. */
export function redacted<T>(value: T, secrets: readonly string[]): T {
  if (secrets.length === 0) return value
  // It is made of the same as before.
  return withoutSecrets(value, secrets) as T
}

function withoutSecrets(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return redact(value, secrets)
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, secrets))
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, withoutSecrets(one, secrets)]))
  if (!isMapping(value) || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutSecrets(one, secrets)]))
}
