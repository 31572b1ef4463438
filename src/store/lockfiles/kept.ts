import { errorCode } from '../../core/errors.ts'
import type { StateProblem } from '../../core/types.ts'
import { lutimes, rename } from '../../io/files/fs.ts'
import { readOwn, whyNot } from '../../io/files/safe-file.ts'

/** What cannot be used, and why, gathered while loading. */
interface Unusable {
  readonly problems: StateProblem[]
  readonly unusable: Set<string>
}

/** Moves what cannot be read out of the way, where a person can look at it. */
export async function putAside(
  path: string,
  options: {
    readonly readOnly: boolean
    readonly gathered: Unusable
    readonly ending: 'broken' | 'other'
    /** what is to be done about a broken one, or comes of it */
    readonly cure?: string
  },
): Promise<void> {
  const { readOnly, gathered, ending, cure: ofBroken = 'what it stood for is told anew' } = options
  const why =
    ending === 'broken'
      ? `cannot read ${path}: it is not what lastalive writes`
      : `${path} holds an incident of another line, whose end cannot be told any more`
  if (readOnly) {
    gathered.problems.push({ path, message: why })
    return
  }
  try {
    await rename(path, `${path}.${ending}`)
    const cure = ending === 'broken' ? ofBroken : 'give each line a lockfile of its own'
    gathered.problems.push({ path, message: `${why}; kept as ${path}.${ending}`, cure })
  } catch (error) {
    gathered.unusable.add(path)
    gathered.problems.push({ path, message: `cannot put ${path} aside: ${whyNot(error)}` })
  }
}

/** Some clean their temporary directories of what is a day old; this is half of it. */
const YOUNG_MS = 12 * 60 * 60_000

/**
 * Keeps a file from whatever cleans its directory by age, as that of /var/tmp is: what it stands for may be open for
 * longer. Its content is left alone.
 */
export async function keepYoung(
  path: string,
  modifiedAt: Date,
  { readOnly, gathered }: { readonly readOnly: boolean; readonly gathered: Unusable },
): Promise<void> {
  const now = new Date()
  if (readOnly || now.getTime() - modifiedAt.getTime() < YOUNG_MS) return
  try {
    await lutimes(path, now, now)
  } catch (error) {
    // Somebody has removed it in between.
    if (errorCode(error) === 'ENOENT') return
    gathered.problems.push({ path, message: `cannot keep ${path} from growing old: ${whyNot(error)}` })
  }
}

/**
 * Reads a file that is kept beside the lockfiles.
 *
 * @returns undefined where something is there that cannot be used: it is in `problems` then
 */
export async function loadKept<T>(
  path: string,
  options: {
    readonly readOnly: boolean
    readonly gathered: Unusable
    readonly read: (text: string) => T | undefined
    readonly nothing: T
    readonly largestBytes?: number
    readonly cure?: string
  },
): Promise<T | undefined> {
  const { largestBytes } = options
  const found = await readOwn(path, largestBytes === undefined ? {} : { largestBytes })
  if (found.kind === 'nothing') return options.nothing
  if (found.kind === 'refused') {
    options.gathered.unusable.add(path)
    options.gathered.problems.push({ path, message: `cannot use ${path}: ${found.why}` })
    return undefined
  }
  const kept = options.read(found.text)
  if (kept === undefined) await putAside(path, { ...options, ending: 'broken' })
  else await keepYoung(path, found.modifiedAt, options)
  return kept
}
