import {
  type Described,
  type DescribedCommand,
  type DescribedOption,
  describeProgram,
  USUAL_GROUP,
} from '../src/cli/help/described.ts'
import { type Entry, EXAMPLES, EXIT_CODES, FILES, NOT_DONE, VARIABLES } from '../src/cli/help/manual.ts'
import { createProgram } from '../src/cli/program.ts'
import { readVersion } from '../src/cli/version.ts'

const LONGEST_LINE = 78

/**
 * The manual page, in the man macros of roff. Options that several commands have stand in a section of their own.
 *
 * For the build only: the command itself prints none.
 *
 * @param released when this version was released, as YYYY-MM-DD; empty where it was not
 */
export async function manPage(released: string): Promise<string> {
  const world = {
    argv: [],
    env: {},
    stdout: { write: () => {} },
    stderr: { write: () => {} },
    hostName: '',
    home: '/',
    userName: '',
    elapsedMs: () => 0,
    onSignal: () => () => {},
    exit: () => {},
  }
  const program = describeProgram(await createProgram(world, { code: 0 }))
  const lines = [
    `.TH LASTALIVE 1 "${released}" "lastalive ${readVersion()}" "User Commands"`,
    '.nh',
    '.ad l',
    '.SH NAME',
    `${program.name} \\- watches signs of life in databases, files and web servers`,
    '.SH SYNOPSIS',
    ...program.commands.flatMap(({ usage }) => [`.B ${program.name}`, usageWords(usage), '.br']).slice(0, -1),
    '.SH DESCRIPTION',
    ...paragraph(program.about),
    '.PP',
    ...paragraph(
      'It is a single command that cron runs: it reads what it was told to watch, judges it, tells whom it was told to tell, and remembers what it has told. It is a monitoring plugin as well.',
    ),
    '.SH COMMANDS',
    ...program.commands.flatMap((command) => commandLines(command)),
    '.SH OPTIONS',
    ...paragraph('Those that several commands have; each command names those of its own.'),
    ...groupsOf(program).flatMap((group) => groupLines(group, program)),
    '.SS Without a command',
    ...program.options.flatMap((option) => optionLines(option)),
    '.SH EXIT STATUS',
    ...paragraph('Of run, check and status:'),
    ...[...EXIT_CODES, NOT_DONE].flatMap(({ term, about }) => entryLines({ term, about: sentence(term, about) })),
    '.PP',
    ...paragraph('Of the others 0; 3 for wrong usage and a wrong configuration; 4 as above.'),
    '.SH FILES',
    ...FILES.flatMap(entryLines),
    '.SH ENVIRONMENT',
    ...VARIABLES.flatMap(entryLines),
    '.SH EXAMPLES',
    ...Object.values(EXAMPLES).flat().flatMap(exampleLines).slice(1),
    '.SH SEE ALSO',
    '.BR cron (8),',
    '.BR crontab (5),',
    '.BR psql (1)',
    '.PP',
    ...paragraph('The package brings more in docs: the configuration file, databases, telling, JSON, recipes.'),
  ]
  return `${lines.join('\n')}\n`
}

function sentence(term: string, about: string): string {
  return term === NOT_DONE.term ? `${about}; of whatever tells or remembers, before which the others give way` : about
}

function commandLines(command: DescribedCommand): readonly string[] {
  const own = command.options.filter(({ group }) => group === USUAL_GROUP)
  const shared = [...new Set(command.options.map(({ group }) => group))].filter((group) => group !== USUAL_GROUP)
  const named = shared.map((group) => `"${group}"`).join(', ')
  return [
    `.SS ${usageWords(command.usage)}`,
    ...paragraph(command.about),
    ...command.arguments.flatMap(({ name, about }) => entryOf(italic(name), about)),
    ...own.flatMap((option) => optionLines(option)),
    ...(shared.length === 0 ? [] : ['.PP', ...paragraph(`And the options under ${named}.`)]),
  ]
}

/** Headings of options, in the order in which they come first. */
function groupsOf({ commands }: Described): readonly string[] {
  const groups = commands.flatMap(({ options }) => options.map(({ group }) => group))
  return [...new Set(groups)].filter((group) => group !== USUAL_GROUP)
}

function groupLines(group: string, { commands }: Described): readonly string[] {
  const having = commands.filter(({ options }) => options.some((option) => option.group === group))
  const all = having.flatMap(({ options }) => options.filter((option) => option.group === group))
  const options = [...new Map(all.map((option) => [option.flags.join(), option])).values()]
  return [
    `.SS ${roff(group)}`,
    ...options.flatMap((option) => {
      const of = having.filter((command) => command.options.some(({ flags }) => flags.join() === option.flags.join()))
      const only = of.length === having.length ? '' : `; of ${of.map(({ name }) => name).join(', ')} only`
      return optionLines(option, only)
    }),
  ]
}

function optionLines({ flags, value, about }: DescribedOption, more = ''): readonly string[] {
  const named = flags.map((flag) => `\\fB${roff(flag)}\\fR`).join(', ')
  return entryOf(value === undefined ? named : `${named} ${italic(value)}`, `${about}${more}`)
}

function entryLines({ term, about }: Entry): readonly string[] {
  return entryOf(`\\fB${roff(term)}\\fR`, about)
}

function entryOf(tag: string, about: string): readonly string[] {
  return ['.TP', tag, ...paragraph(about)]
}

function exampleLines(example: string): readonly string[] {
  return ['.PP', '.nf', '.RS 4', ...example.split('\n').map((line) => guarded(roff(line))), '.RE', '.fi']
}

/** `run [options] [name...]`, with what is to be replaced in italics. */
function usageWords(usage: string): string {
  return roff(usage).replaceAll(/[\w][\w.\\-]*(?=[\]>])/g, '\\fI$&\\fR')
}

function italic(text: string): string {
  return `\\fI${roff(text)}\\fR`
}

/** Text as lines that are no requests. */
function paragraph(text: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of roff(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && longer.length > LONGEST_LINE) lines.push(line)
    line = line !== '' && longer.length > LONGEST_LINE ? word : longer
  }
  return [...lines, line].map(guarded)
}

/** A line that begins with a dot would be a request. */
function guarded(line: string): string {
  return line.startsWith('.') ? `\\&${line}` : line
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
}

/** Text in which roff sees nothing but text, and of which each character can be copied. */
function roff(text: string): string {
  const named = text.replaceAll('…', '...').replaceAll(/[\\'`^~-]/g, (character) => ESCAPES[character] ?? character)
  return named.replaceAll(/[^\x00-\x7f]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
    return `\\[u${code.padStart(4, '0')}]`
  })
}
