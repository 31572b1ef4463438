import * as v from 'valibot'
import { own } from '../own.ts'
import { adviceOn, withoutBlank } from '../words/advice.ts'
import { nearest } from '../words/text.ts'
import { atOnce, quickly } from './quick.ts'
import { NAME, show } from './values.ts'

/**
 * A mapping whose keys are all known. An unknown key is a mistake that names the nearest one.
 *
 * @param needed what to write if a required key is missing, by key
 * @param goesWith the key that an unknown key belongs beside
 */
export function mapping<const T extends v.ObjectEntries>(
  entries: T,
  about = 'a mapping',
  needed: Readonly<Record<string, string>> = {},
  goesWith: (key: string) => string | undefined = () => undefined,
) {
  const whole = v.pipe(
    v.looseObject(entries, (issue) => mappingMessage(issue, needed, Object.keys(entries))),
    v.metadata({ additionalProperties: false }),
    v.description(about),
    v.rawCheck(({ dataset, addIssue }) => {
      const input: object = typeof dataset.value === 'object' && dataset.value !== null ? dataset.value : {}
      for (const [key, value] of Object.entries(input)) {
        if (Object.hasOwn(entries, key)) continue
        const item = { type: 'unknown', origin: 'key', input, key, value } as const
        const other = goesWith(key)
        const words = other === undefined ? undefined : { message: `goes with ${other}; leave it out` }
        addIssue({ ...(words ?? unknownKey(key, Object.keys(entries))), path: [item] })
      }
    }),
  )
  return quickly(whole, entries)
}

function mappingMessage(
  { input, expected }: { readonly input: unknown; readonly expected: string | null },
  needed: Readonly<Record<string, string>>,
  known: readonly string[],
): string {
  if (expected === 'Object')
    return (
      lacksBlank(input, known) ?? `${input === null ? 'is empty' : 'is not a mapping'}; write keys and values below it`
    )
  const key = (expected ?? '').replaceAll('"', '')
  return own(needed, key) ?? `is missing; write ${key}`
}

function unknownKey(key: string, known: readonly string[]): { readonly message: string; readonly expected?: string } {
  const message = lacksBlank(key, known) ?? `there is no such key; ${adviceOn(key, known)}`
  const meant = nearest(key.split(':')[0] ?? '', known)
  return { message, ...(meant === undefined ? {} : { expected: meant }) }
}

/** YAML reads `critical:10m` as one text. */
function lacksBlank(written: unknown, known: readonly string[]): string | undefined {
  if (typeof written !== 'string' || !known.includes(written.trim().split(':')[0] ?? '')) return undefined
  return withoutBlank(written)
}

export function named<T extends v.GenericSchema>(entry: T, about: string, pattern: RegExp = NAME) {
  const written = v.pipe(
    v.string(),
    v.regex(
      pattern,
      (issue) => `${show(issue.input)} cannot be a name; write letters, digits, ".", "_" and "-", at most 64`,
    ),
  )
  const name = atOnce(written, (value) => typeof value === 'string' && pattern.test(value))
  const message = (issue: { readonly input: unknown }) =>
    `${issue.input === null ? 'is empty' : 'is not a mapping'}; write a name and what it stands for below it`
  return v.pipe(v.record(name, entry, message), v.description(about))
}
