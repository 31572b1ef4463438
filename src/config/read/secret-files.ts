import { dirname, resolve } from 'node:path'
import { at, child, isWithin, namesIn, type Path, type Problem } from '../../core/shape/tree.ts'
import { joined } from '../../core/words/joined.ts'
import type { Kinds } from '../shape/shape.ts'
import { readPlainFile } from './files.ts'
import type { Secrets } from './secrets.ts'

/** The keys that name a file with a secret, and what stands in it. */
type SecretKeys = Readonly<Record<string, string>>

const OF_DATABASES: SecretKeys = { password_file: 'the password', url_file: 'the URL' }
const OF_HEALTHCHECKS: SecretKeys = { url_file: 'the URL' }

/**
 * Reads the files that are named in place of a secret, each without its last line end.
 *
 * @param fileOf the configuration file in which a path stands: relative names are relative to it
 */
export async function readSecretFiles(
  { raw, problems: before, kinds }: Searched,
  fileOf: (path: Path) => string,
): Promise<{ readonly secrets: Secrets; readonly problems: readonly Problem[]; readonly remarks: readonly string[] }> {
  const named = namedFiles(raw, kinds).filter(({ path }) => !before.some((one) => isWithin(one.path, path)))
  const secrets = new Map<string, string>()
  const problems: Problem[] = []
  const remarks: string[] = []
  for (const { path, file, holds } of named) {
    const found = await readSecret(resolve(dirname(fileOf(path)), file), holds)
    if ('problem' in found) {
      problems.push({ path, text: found.problem })
      continue
    }
    secrets.set(joined(...path), found.secret)
    remarks.push(...found.remarks)
  }
  return { secrets, problems, remarks }
}

interface Searched {
  readonly raw: unknown
  /** found before: nothing is read for what is wrong */
  readonly problems: readonly Problem[]
  readonly kinds: Kinds
}

interface NamedFile {
  readonly path: readonly string[]
  /** as it was written */
  readonly file: string
  /** what stands in it */
  readonly holds: string
}

function namedFiles(raw: unknown, { notifierKinds, sourceKinds }: Kinds): readonly NamedFile[] {
  const [databases, notifiers] = [child(raw, 'databases'), child(raw, 'notifiers')]
  return [
    ...namesIn(databases).flatMap((name) => filesIn(raw, ['databases', name], OF_DATABASES)),
    ...namesIn(notifiers).flatMap((name) =>
      notifierKinds.flatMap(({ key, secretFiles = {} }) => filesIn(raw, ['notifiers', name, key], secretFiles)),
    ),
    ...sourceKinds.flatMap(({ secretFiles }) =>
      secretFiles === undefined
        ? []
        : namesIn(child(raw, 'checks')).flatMap((name) => filesIn(raw, ['checks', name], secretFiles)),
    ),
    ...filesIn(raw, ['healthchecks'], OF_HEALTHCHECKS),
  ]
}

function filesIn(raw: unknown, entry: readonly string[], keys: SecretKeys): readonly NamedFile[] {
  return Object.entries(keys).flatMap(([key, holds]) => {
    const file = child(at(raw, entry), key)
    return typeof file === 'string' && file.trim() !== '' ? [{ path: [...entry, key], file, holds }] : []
  })
}

async function readSecret(
  path: string,
  what: string,
): Promise<{ readonly secret: string; readonly remarks: readonly string[] } | { readonly problem: string }> {
  const read = await readPlainFile(path)
  if (read.kind === 'absent') return { problem: `there is no file ${path}; write the path of one` }
  if (read.kind === 'refused') return { problem: `${path} ${read.why}` }
  const secret = read.text.replace(/\r?\n$/, '')
  if (secret.trim() === '') return { problem: `${path} is empty; write ${what} into it` }
  if (!read.isReadableByOthers) return { secret, remarks: [] }
  const holds = what.replace('the', 'a')
  return { secret, remarks: [`${path}: holds ${holds} and can be read by everybody; run: chmod o-r ${path}`] }
}
