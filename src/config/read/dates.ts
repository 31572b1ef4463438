import { dirname, resolve } from 'node:path'
import { append } from '../../core/lists.ts'
import { child, isMapping, namesIn, type Path, type Problem } from '../../core/shape/tree.ts'
import { readPlainFile } from './files.ts'

const DATE = /^\s*\d{4}-\d\d?-\d\d?\s*$/

/**
 * Puts in place of each file that an `except` names the dates that stand in it, a line each; what follows a `#` is a
 * remark.
 *
 * @param fileOf the configuration file in which a path stands: relative names are relative to it
 */
export async function readDates(
  raw: unknown,
  fileOf: (path: Path) => string,
): Promise<{ readonly raw: unknown; readonly problems: readonly Problem[] }> {
  const checks = child(raw, 'checks')
  const users = namesIn(checks).filter((name) => filesIn(child(child(checks, name), 'except')).length > 0)
  if (!isMapping(raw) || !isMapping(checks) || users.length === 0) return { raw, problems: [] }
  const problems: Problem[] = []
  const changed = new Map<string, unknown>()
  for (const name of users) {
    const [entry, path] = [child(checks, name), ['checks', name, 'except']]
    const except = child(entry, 'except')
    const dates: unknown[] = []
    for (const written of Array.isArray(except) ? except : [except]) {
      if (!isFile(written)) dates.push(written)
      else append(dates, await datesIn(resolve(dirname(fileOf(path)), written), { path, problems }))
    }
    changed.set(name, { ...Object(entry), except: dates })
  }
  const all = namesIn(checks).map((name) => [name, changed.get(name) ?? child(checks, name)])
  return { raw: { ...raw, checks: Object.fromEntries(all) }, problems }
}

function filesIn(except: unknown): readonly string[] {
  return (Array.isArray(except) ? except : [except]).filter(isFile)
}

function isFile(written: unknown): written is string {
  return typeof written === 'string' && written.trim() !== '' && !DATE.test(written)
}

async function datesIn(
  file: string,
  { path, problems }: { readonly path: Path; readonly problems: Problem[] },
): Promise<readonly string[]> {
  const read = await readPlainFile(file)
  if (read.kind !== 'file') {
    const text = read.kind === 'absent' ? `there is no file ${file}; write dates, or its path` : `${file} ${read.why}`
    problems.push({ path, text })
    return []
  }
  const lines = read.text.split('\n').map((line) => line.replace(/#.*/, '').trim())
  const wrong = lines.findIndex((line) => line !== '' && !DATE.test(line))
  if (wrong >= 0) problems.push({ path, text: `${file}:${wrong + 1} is not a date; write 2026-12-24` })
  return lines.filter((line) => DATE.test(line))
}
