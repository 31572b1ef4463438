import * as v from 'valibot'
import { nearest } from '../core/text.ts'
import { atOnce, NAME, show } from './values.ts'

/** What to write where a key that must be there is missing. */
const NEEDED: Readonly<Record<string, string>> = {
  checks: 'there is nothing to watch; write at least one check under checks',
  database: 'is missing; write the name of one of the databases',
  url: 'is missing; write postgres://user@host/database, say',
  to: 'is missing; write alert@domain.tld',
}

/**
 * Keys of which each is known, where an unknown one is a problem of its own that names the nearest.
 *
 * @param needed what to write where a key that must be there is missing, by key
 */
export function mapping<const T extends v.ObjectEntries>(
  entries: T,
  about = 'a mapping',
  needed: Readonly<Record<string, string>> = NEEDED,
) {
  const whole = v.pipe(
    v.looseObject(entries, (issue) => mappingMessage(issue, needed)),
    v.metadata({ additionalProperties: false }),
    v.description(about),
    v.rawCheck(({ dataset, addIssue }) => {
      const input: object = typeof dataset.value === 'object' && dataset.value !== null ? dataset.value : {}
      for (const [key, value] of Object.entries(input)) {
        if (Object.hasOwn(entries, key)) continue
        const item = { type: 'unknown', origin: 'key', input, key, value } as const
        addIssue({ message: unknownKey(key, Object.keys(entries)), path: [item] })
      }
    }),
  )
  return quickly(whole, entries)
}

/**
 * The same schema, that looks first at what was written, and not at each key that could have been: of thousands of checks
 * each has a few of fifty. Where anything is wrong it is the whole schema that says so.
 */
function quickly<T extends v.GenericSchema>(whole: T, entries: v.ObjectEntries): T {
  const needed = Object.keys(entries).filter((key) => entries[key]?.type !== 'exact_optional')
  const run: T['~run'] = (dataset, config) => {
    const { value } = dataset
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return whole['~run'](dataset, config)
    const output: Record<string, unknown> = {}
    for (const [key, written] of Object.entries(value)) {
      const result = Object.hasOwn(entries, key) ? entries[key]?.['~run']({ value: written }, config) : undefined
      if (result === undefined || result.issues !== undefined) return whole['~run'](dataset, config)
      output[key] = result.value
    }
    if (!needed.every((key) => Object.hasOwn(value, key))) return whole['~run'](dataset, config)
    return { typed: true, value: output, issues: undefined }
  }
  return { ...whole, '~run': run }
}

function mappingMessage(
  { input, expected }: { readonly input: unknown; readonly expected: string | null },
  needed: Readonly<Record<string, string>>,
): string {
  if (expected === 'Object')
    return `${input === null ? 'is empty' : 'is not a mapping'}; write keys and values below it`
  const key = (expected ?? '').replaceAll('"', '')
  return needed[key] ?? `is missing; write ${key}`
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known)
  return `there is no such key; ${meant === undefined ? `known are ${known.join(', ')}` : `write ${meant}`}`
}

/** Things by their names. */
export function named<T extends v.GenericSchema>(entry: T, about: string) {
  const written = v.pipe(
    v.string(),
    v.regex(
      NAME,
      (issue) => `${show(issue.input)} cannot be a name; write letters, digits, ".", "_" and "-", at most 64`,
    ),
  )
  const name = atOnce(written, (value) => typeof value === 'string' && NAME.test(value))
  const message = (issue: { readonly input: unknown }) =>
    `${issue.input === null ? 'is empty' : 'is not a mapping'}; write a name and what it stands for below it`
  return v.pipe(v.record(name, entry, message), v.description(about))
}
