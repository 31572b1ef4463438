import type { Config } from '../../config/config.ts'
import type { Check } from '../../core/check.ts'
import { UsageError } from '../../core/errors.ts'
import { matchesParts, partsOfKey } from '../../core/find/key-pattern.ts'
import { adviceOn } from '../../core/words/advice.ts'
import { clean } from '../../core/words/text.ts'

/** What was asked for by names, in which each `*` stands for any text, or by tags. */
export function selectionOf(
  config: Config,
  wanted: { readonly names: readonly string[]; readonly tags: readonly string[]; readonly isOneLine: boolean },
): { readonly selected?: ReadonlySet<string> } {
  const { names, tags } = wanted
  if (names.length + tags.length === 0) return {}
  if (wanted.isOneLine && tags.length > 0) throw new UsageError('--tag goes with a configuration file; leave it out')
  const leftOut = [...(config.leftOut?.checks.keys() ?? [])]
  const checks: readonly Pick<Check, 'name' | 'tags'>[] = [
    ...config.checks.map(({ check }) => check),
    ...leftOut.map((name) => ({ name })),
  ]
  const byName = names.map((name) => {
    const parts = partsOfKey(name)
    return { name, found: checks.filter((check) => matchesParts(check.name, parts)) }
  })
  const byTag = tags.map((tag) => ({ tag, found: checks.filter((check) => check.tags?.includes(tag)) }))
  const unnamed = byName.flatMap(({ name, found }) => (found.length === 0 ? [name] : []))
  const untagged = byTag.flatMap(({ tag, found }) => (found.length === 0 ? [tag] : []))
  if (unnamed.length + untagged.length > 0) {
    const known = checks.map(({ name }) => name)
    const labels = [...new Set(checks.flatMap((check) => check.tags ?? []))]
    const words = [
      ...unnamed.map((name) => `there is no check ${clean(name)}; ${adviceOn(name, known)}`),
      ...untagged.map((tag) => `there is no check with the tag ${clean(tag)}; ${adviceOn(tag, labels)}`),
    ]
    throw new UsageError(words.join('; '))
  }
  return { selected: new Set([...byName, ...byTag].flatMap(({ found }) => found.map(({ name }) => name))) }
}
