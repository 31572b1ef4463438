import { dirname, resolve } from 'node:path'
import { readPlainFile } from './files.ts'
import { child, isWithin, namesIn, type Path, type Problem } from './tree.ts'

/** What password files held. */
export interface Passwords {
  /** by name of the database */
  readonly passwords: ReadonlyMap<string, string>
  readonly problems: readonly Problem[]
  readonly remarks: readonly string[]
}

/**
 * Reads the file that each database's `password_file` names, without its last line end.
 *
 * @param fileOf the configuration file in which a path stands: relative names are relative to it
 */
export async function readPasswords(
  { raw, problems: before }: { readonly raw: unknown; readonly problems: readonly Problem[] },
  fileOf: (path: Path) => string,
): Promise<Passwords> {
  const passwords = new Map<string, string>()
  const problems: Problem[] = []
  const remarks: string[] = []
  for (const name of namesIn(child(raw, 'databases'))) {
    const at = ['databases', name, 'password_file']
    const written = child(child(child(raw, 'databases'), name), 'password_file')
    if (typeof written !== 'string' || written.trim() === '' || before.some(({ path }) => isWithin(path, at))) continue
    const found = await readPassword(resolve(dirname(fileOf(at)), written))
    if (found.password !== undefined) passwords.set(name, found.password)
    if (found.problem !== undefined) problems.push({ path: at, text: found.problem })
    if (found.remark !== undefined) remarks.push(found.remark)
  }
  return { passwords, problems, remarks }
}

async function readPassword(path: string): Promise<{ password?: string; problem?: string; remark?: string }> {
  const read = await readPlainFile(path)
  if (read.kind === 'absent') return { problem: `there is no file ${path}; write the path of one` }
  if (read.kind === 'refused') return { problem: `${path} ${read.why}` }
  const password = read.text.replace(/\r?\n$/, '')
  if (password === '') return { problem: `${path} is empty; write the password into it` }
  if (!read.isReadableByOthers) return { password }
  return { password, remark: `${path}: holds a password and can be read by everybody; run: chmod o-r ${path}` }
}
