import * as v from 'valibot'
import { EXTRACTION, extractionProblems } from '../../core/find/extraction.ts'
import { measureOf } from '../../core/judge/measure.ts'
import { type Program, program } from '../../core/shape/program.ts'
import { optional } from '../../core/shape/quick.ts'
import { response } from '../../core/shape/response.ts'
import { child, isMapping, type Path, type Problem } from '../../core/shape/tree.ts'
import { duration, oneOf, show } from '../../core/shape/values.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import { type CommandLook, PRINTS } from './look.ts'

const EXAMPLE = '[/usr/lib/nagios/plugins/check_load, -w, "5,5,5", -c, "9,9,9"]'

/** Variables by their names. */
function environment() {
  const example = 'write LC_ALL: C below it, say'
  const name = v.pipe(
    v.string(),
    v.regex(
      /^[A-Za-z_][A-Za-z0-9_]{0,99}$/,
      (issue) => `${show(issue.input)} is not the name of a variable; ${example}`,
    ),
  )
  const value = v.pipe(
    v.union([v.string(), v.number()], 'is not text; put it in quotes'),
    v.transform(String),
    v.check((text) => !text.includes('\0'), 'holds a NUL; take it out'),
  )
  return v.pipe(
    v.record(name, value, `is not a mapping; ${example}`),
    v.description('variables that it finds besides PATH, HOME and LANG'),
  )
}

const KEYS = {
  command: program({
    about: 'a program by its absolute path, and its arguments: a list, or a text that is split at blanks',
    example: EXAMPLE,
    blanks: 'split',
  }),
  prints: optional(() =>
    oneOf(PRINTS, {
      about:
        'whether it is a plugin, which judges by its exit code, or prints a time (age) or a number (default plugin)',
    }),
  ),
  timeout: optional(() =>
    duration({
      about: 'how long it may take, before it and all that it started is ended (default 10s)',
      example: '10s',
    }),
  ),
  environment: optional(environment),
  ...EXTRACTION,
  response: response('how long it may take until it is late (default: for ever)'),
}

/** What a plugin brings with it, and what only a time or a number has. */
const NOT_OF_PLUGINS = ['warning', 'critical', 'missing', 'expires', 'json', 'pattern', 'unit', 'stored_in']

/** Variables that hold no secret. */
const HARMLESS = /^(?:PATH|HOME|LANG|LC_[A-Z]+|TZ)$/

/** A program of one's own: a monitoring plugin, or one that prints a time or a number. */
export const COMMAND: SourceKind<CommandLook> = {
  key: 'command',
  title: 'a command',
  keys: () => KEYS,
  lists: ['command'],
  mappings: ['environment'],
  isSecret: ([key, name]) => key === 'environment' && !HARMLESS.test(String(name)),
  problems: (entry, path) => [...printProblems(entry, path), ...extractionProblems(entry, path)],
  measure: (entry) => {
    const prints = child(entry, 'prints')
    if (prints === 'number') return 'amount'
    return prints === 'age' ? measureOf(entry) : undefined
  },
  look: (entry) => {
    const { command, prints = 'plugin', timeout = 10, environment: variables = {} } = entry as unknown as Entry
    return { run: command, prints, timeout, environment: variables }
  },
  where: ({ run: [path] }) => path,
  load: async () => {
    const { createCommandSources } = await import('./command.ts')
    return createCommandSources({ isSecret: (name) => !HARMLESS.test(name) })
  },
}

/** What the shape has made of an entry. */
interface Entry {
  readonly command: Program
  readonly prints?: CommandLook['prints']
  readonly timeout?: number
  readonly environment?: Readonly<Record<string, string>>
}

function printProblems(entry: unknown, path: Path): readonly Problem[] {
  const idle = (keys: readonly string[], needs: string): readonly Problem[] =>
    keys
      .filter((key) => isMapping(entry) && child(entry, key) !== undefined)
      .map((key) => ({ path: [...path, key], text: `goes with ${needs}; leave it out` }))
  const isPlugin = [undefined, 'plugin'].includes(child(entry, 'prints') as string | undefined)
  return [...(isPlugin ? idle(NOT_OF_PLUGINS, 'prints: age or prints: number') : []), ...idle(['clock'], 'a database')]
}
