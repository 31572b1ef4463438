import type { DescribedArgument, DescribedCommand, DescribedOption } from '../help/described.ts'

/** The shells for which there is a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** Names that a shell can only ask for: of the configuration, or of what is open. */
export const NAMES = ['checks', 'tags', 'notifiers', 'open', 'recipes'] as const

/** A kind of names. */
export type Names = (typeof NAMES)[number]

/** What a shell offers at a place. */
export type Offer =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'names'; readonly names: Names }
  | { readonly kind: 'files' }
  | { readonly kind: 'directories' }
  /** there is something to write, which nobody else knows */
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
}

const OF_A_VALUE: Readonly<Record<string, Offer>> = {
  file: { kind: 'files' },
  program: { kind: 'files' },
  dir: { kind: 'directories' },
  tag: { kind: 'names', names: 'tags' },
}

/** What can be the value of an option; undefined where it has none. */
export function valuesOf({ value, choices }: DescribedOption): Offer | undefined {
  if (value === undefined) return undefined
  return choices.length > 0 ? { kind: 'words', words: choices } : (OF_A_VALUE[value] ?? { kind: 'nothing' })
}

/** What can be an argument of a command. */
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

/** A shell's word in single quotes, in which nothing but the quote itself means anything (not in fish). */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
