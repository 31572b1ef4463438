import { isAbsolute, join } from 'node:path'
import { errorCode, UsageError } from '../../core/errors.ts'
import { append } from '../../core/lists.ts'
import { parseDuration } from '../../core/time/duration.ts'
import type { Seconds } from '../../core/types.ts'
import { adviceOn } from '../../core/words/advice.ts'
import { clean } from '../../core/words/text.ts'
import { access } from '../../io/files/fs.ts'
import { readRegular, whyUnread } from '../../io/files/regular.ts'

const OPTION = /^--extra-opts(?:=(.*))?$/s

const DIRECTORIES = [
  '/usr/local/etc/monitoring-plugins',
  '/usr/local/nagios/etc',
  '/etc/monitoring-plugins',
  '/etc/nagios',
  '/etc',
]
const FILES = ['monitoring-plugins.ini', 'plugins.ini', 'nagios-plugins.ini']

const SECTION = 'lastalive'

/**
 * Replaces `--extra-opts[=[SECTION][@FILE]]` and `--extra-opts SECTION@FILE` by the options of an ini file, so that the
 * list of processes shows no secrets. Options on the command line come later, and so win.
 *
 * @throws UsageError if there is no such file or section, or if somebody else can write the file
 * @see https://www.monitoring-plugins.org/doc/extra-opts.html
 */
export async function withExtraOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const [command, ...words] = argv
  if (command !== 'check') return argv
  const [extra, rest]: [string[], string[]] = [[], []]
  const left = [...words]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const match = OPTION.exec(word)
    if (match === null) rest.push(word)
    else append(extra, await optionsIn(match[1] ?? (isPlace(left[0]) ? left.shift() : undefined) ?? '', env))
  }
  return [command, ...extra, ...rest]
}

/** Whether a separate word belongs to `--extra-opts`: the name of a check has no `@`. */
function isPlace(word = ''): boolean {
  return word.includes('@') && !word.startsWith('-')
}

/** The time that `-t` gives, before commander reads the options. */
export function timeoutIn(argv: readonly string[]): Seconds | undefined {
  const written = argv.flatMap((word, i) => {
    if (word === '-t' || word === '--timeout') return argv.slice(i + 1, i + 2)
    return /^(?:--timeout=|-t)(.+)$/s.exec(word)?.slice(1) ?? []
  })
  return parseDuration(written.at(-1) ?? '')
}

async function optionsIn(
  written: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const [, section = '', file] = /^([^@]*)(?:@(.*))?$/s.exec(written) ?? []
  const wanted = section === '' ? SECTION : section
  const path = file === undefined || file === '' ? await findFile(env) : file
  const text = await readOptions(path)
  const lines = sectionOf(text, wanted)
  if (lines === undefined) {
    const advice = adviceOn(wanted, sectionsIn(text))
    throw new UsageError(`--extra-opts: ${path} has no section [${clean(wanted)}]; ${advice}`)
  }
  return lines.flatMap((line) => optionOf(line, path))
}

async function findFile({
  NAGIOS_CONFIG_PATH: given = '',
}: Readonly<Record<string, string | undefined>>): Promise<string> {
  const directories = [...given.split(':').filter(isAbsolute), ...DIRECTORIES]
  const paths = directories.flatMap((directory) => FILES.map((name) => join(directory, name)))
  for (const path of paths) if (await isThere(path)) return path
  throw new UsageError(`--extra-opts: there is no ${FILES.join(', ')} in ${directories.join(', ')}; write @FILE`)
}

/** True also for a file that cannot be read: that is reported later, not passed over. */
async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes(errorCode(error))
  }
}

async function readOptions(path: string): Promise<string> {
  const found = await readRegular(path, { isActedUpon: true })
  if (found.kind === 'file') return found.bytes.toString('utf8')
  if (found.kind === 'refused') throw new UsageError(`--extra-opts: ${path} ${found.why}`)
  throw new UsageError(`--extra-opts: cannot read ${path} (${whyUnread(found)})`)
}

/** The lines of a section, without comments; undefined if there is no such section. */
function sectionOf(text: string, wanted: string): readonly string[] | undefined {
  const found: string[] = []
  let [isOurs, isFound] = [false, false]
  for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
    const head = /^\[(.*)\]$/.exec(line)
    if (head !== null) isOurs = head[1]?.trim() === wanted
    else if (isOurs && line !== '' && !/^[#;]/.test(line)) found.push(line)
    isFound ||= isOurs
  }
  return isFound ? found : undefined
}

function sectionsIn(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*\[([^\r\n]*)\][ \t]*\r?$/gm)].map(([, name = '']) => name.trim())
}

/** `name = value`, or `name` alone: one letter is a short option. */
function optionOf(line: string, path: string): readonly string[] {
  const [, name, value] = /^([\w-]+)\s*(?:=\s*(.*))?$/s.exec(line) ?? []
  // The line is not shown: it may hold a password.
  if (name === undefined)
    throw new UsageError(`--extra-opts: ${path} has a line that is not an option; write name=value`)
  const option = name.length === 1 ? `-${name}` : `--${name}`
  if (value === undefined) return [option]
  return [option, /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value]
}
