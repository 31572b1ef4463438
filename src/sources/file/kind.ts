import { EXTRACTION, extractionProblems } from '../../core/find/extraction.ts'
import { measureOf } from '../../core/judge/measure.ts'
import { optional } from '../../core/shape/quick.ts'
import { response } from '../../core/shape/response.ts'
import { child, type Path, type Problem } from '../../core/shape/tree.ts'
import { absolutePath, oneOf } from '../../core/shape/values.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import { FILE_MEASURES, type FileLook } from './look.ts'

const KEYS = {
  file: absolutePath({
    about: 'a file by its absolute path, or many as in /srv/backup/*.dump: the newest counts',
    example: '/srv/backup/*.dump',
  }),
  ...EXTRACTION,
  measure: optional(() =>
    oneOf(FILE_MEASURES, {
      about:
        'the age of the newest file, its size in bytes, how many files there are, or the number in it; with json or pattern the age is that of the time inside (default age)',
    }),
  ),
  response: response('how long the file system may take (default: for ever)'),
}

/** Keys that say how a time inside is read. */
const OF_TIMES_INSIDE = ['unit', 'stored_in']
const INSIDE = ['json', 'pattern']

/** Files: how old, how large, how many, and what is in them. */
export const FILE: SourceKind<FileLook> = {
  key: 'file',
  title: 'files',
  keys: () => KEYS,
  problems: (entry, path) => [...fileProblems(entry, path), ...extractionProblems(entry, path)],
  measure: (entry) => (['size', 'count'].includes(String(child(entry, 'measure'))) ? 'amount' : measureOf(entry)),
  look: ({ file, measure = 'age' }) => ({ path: String(file), measure: measure as FileLook['measure'] }),
  where: ({ path, measure }) => `${measure} of ${path}`,
  load: async () => {
    const { createFileSources } = await import('./file.ts')
    return createFileSources()
  },
}

function fileProblems(entry: unknown, path: Path): readonly Problem[] {
  const [file, measure] = [child(entry, 'file'), child(entry, 'measure')]
  const isOfContent = ['age', 'number', undefined].includes(measure as string | undefined)
  const isInside = INSIDE.some((key) => child(entry, key) !== undefined)
  const idle = (keys: readonly string[], needs: string): readonly Problem[] =>
    keys
      .filter((key) => child(entry, key) !== undefined)
      .map((key) => ({ path: [...path, key], text: `goes with ${needs}; leave it out` }))
  return [
    ...(typeof file === 'string' ? pathProblems(file, [...path, 'file']) : []),
    ...(isOfContent ? [] : idle(INSIDE, 'measure: age or measure: number')),
    ...(isInside ? [] : idle(OF_TIMES_INSIDE, 'json or pattern')),
    ...idle(['clock'], 'a database'),
  ]
}

function pathProblems(file: string, path: Path): readonly Problem[] {
  if (file.includes('\0')) return [{ path, text: 'holds a NUL; take it out' }]
  if (file.split('/').includes('**')) return [{ path, text: 'has ** in it; write a * for each folder, as in /srv/*/*' }]
  return []
}
