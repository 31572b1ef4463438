import type { DescribedArgument, DescribedCommand, DescribedOption } from '../help/described.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** The kinds of names that a script asks the command for. */
export const NAMES = ['checks', 'tags', 'notifiers', 'open', 'recipes', 'subjects'] as const

export type Names = (typeof NAMES)[number]

/** What a shell offers at a place. */
export type Offer =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'names'; readonly names: Names }
  | { readonly kind: 'files' }
  | { readonly kind: 'directories' }
  /** a value that only the user knows */
  | { readonly kind: 'nothing' }

const OF_A_COMMAND: Readonly<Record<string, Names>> = {
  run: 'checks',
  check: 'checks',
  status: 'checks',
  silence: 'checks',
  ack: 'open',
  clear: 'open',
  'test-alert': 'notifiers',
  recipes: 'recipes',
  schema: 'subjects',
}

const OF_A_VALUE: Readonly<Record<string, Offer>> = {
  file: { kind: 'files' },
  place: { kind: 'files' },
  program: { kind: 'files' },
  dir: { kind: 'directories' },
  tag: { kind: 'names', names: 'tags' },
}

/** What to offer as the value of an option; undefined if it takes none. */
export function valuesOf({ value, choices }: DescribedOption): Offer | undefined {
  if (value === undefined) return undefined
  return choices.length > 0 ? { kind: 'words', words: choices } : (OF_A_VALUE[value] ?? { kind: 'nothing' })
}

export function argumentsOf(
  { name, arguments: [argument] }: DescribedCommand,
  commands: readonly DescribedCommand[],
): (Offer & { readonly argument: DescribedArgument }) | undefined {
  if (argument === undefined) return undefined
  if (name === 'help') return { kind: 'words', words: commands.map((command) => command.name), argument }
  if (argument.choices.length > 0) return { kind: 'words', words: argument.choices, argument }
  const names = OF_A_COMMAND[name]
  return names === undefined ? { kind: 'nothing', argument } : { kind: 'names', names, argument }
}

/** A word in single quotes for bash and zsh, where only the quote itself is special. In fish the backslash is, too. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
