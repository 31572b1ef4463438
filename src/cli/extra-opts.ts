import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { errorCode, UsageError } from '../core/errors.ts'

const OPTION = /^--extra-opts(?:=(.*))?$/s

/** Where monitoring plugins look for their ini files, and what those are called. */
const DIRECTORIES = [
  '/usr/local/etc/monitoring-plugins',
  '/usr/local/nagios/etc',
  '/etc/monitoring-plugins',
  '/etc/nagios',
  '/etc',
]
const FILES = ['monitoring-plugins.ini', 'plugins.ini', 'nagios-plugins.ini']

/** The section without a name of its own. */
const SECTION = 'lastalive'

/**
 * Puts the options of an ini file in place of `--extra-opts[=[SECTION][@FILE]]`, so that secrets are not seen in a list of
 * processes. What stands on the command line comes later, and so wins.
 *
 * @throws UsageError where there is no such file or section
 * @see https://www.monitoring-plugins.org/doc/extra-opts.html
 */
export function withExtraOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const [command, ...words] = argv
  if (command !== 'check') return argv
  const extra = words.flatMap((word) => {
    const match = OPTION.exec(word)
    return match === null ? [] : optionsIn(match[1] ?? '', env)
  })
  return [command, ...extra, ...words.filter((word) => !OPTION.test(word))]
}

function optionsIn(written: string, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const [, section = '', file] = /^([^@]*)(?:@(.*))?$/s.exec(written) ?? []
  const wanted = section === '' ? SECTION : section
  const path = file === undefined || file === '' ? findFile(env) : file
  const lines = sectionOf(readFile(path), wanted)
  if (lines === undefined) throw new UsageError(`--extra-opts: ${path} has no section [${wanted}]`)
  return lines.flatMap((line) => optionOf(line, path))
}

function findFile({ NAGIOS_CONFIG_PATH: given = '' }: Readonly<Record<string, string | undefined>>): string {
  const directories = [...given.split(':').filter(isAbsolute), ...DIRECTORIES]
  const paths = directories.flatMap((directory) => FILES.map((name) => join(directory, name)))
  const found = paths.find(isThere)
  if (found === undefined) {
    throw new UsageError(`--extra-opts: there is no ${FILES.join(', ')} in ${directories.join(', ')}; write @FILE`)
  }
  return found
}

function isThere(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch (error) {
    return errorCode(error) === 'EACCES'
  }
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`--extra-opts: cannot read ${path} (${errorCode(error)})`)
  }
}

/** The lines of a section, without comments; undefined where there is none of that name. */
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

/** `name = value`, or `name` alone: one letter is a short option. */
function optionOf(line: string, path: string): readonly string[] {
  const [, name, value] = /^([\w-]+)\s*(?:=\s*(.*))?$/s.exec(line) ?? []
  // Of the line itself nothing is shown: it may hold a password.
  if (name === undefined) throw new UsageError(`--extra-opts: ${path} has a line that is no option; write name=value`)
  const option = name.length === 1 ? `-${name}` : `--${name}`
  if (value === undefined) return [option]
  return [option, /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value]
}
