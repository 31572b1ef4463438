import { errorCode } from '../core/errors.ts'
import { append } from '../core/lists.ts'
import { quote } from '../core/words/text.ts'

/**
 * How long a pattern may search in one value, or in as many as are taken at once, in milliseconds of the processor: one
 * that is badly made never ends.
 */
const SEARCH_MS = 100
/** So long it may take by the clock on the wall: at first, and where this process had less than that of the processor. */
const WAITED_MS = [SEARCH_MS, 8 * SEARCH_MS, 40 * SEARCH_MS]
/** A timer fires a little early, and what came before the search takes a little. */
const ALMOST = 0.8
const AT_ONCE = 200
/** So many values that take too long are the pattern's fault, and no others are searched. */
const MOST_LATE = 5
const LATE = 'not searched: the time for reading was over'
const BUSY = 'not searched: this machine is too busy'

/** What the group has found, null where the pattern does not match; or why that is not known. */
export type Match = { readonly group: string | null } | { readonly why: string }

/**
 * Searches for a pattern with one group in each text: in many at once, and one by one where they take too long together.
 *
 * @param signal when it fires, nothing more is searched
 */
export async function searchAll(
  pattern: string,
  texts: readonly (string | null)[],
  signal: AbortSignal,
): Promise<readonly Match[]> {
  const search = await createSearch(pattern)
  const matches: Match[] = []
  const isOver = (): boolean => signal.aborted || matches.filter((match) => 'why' in match).length >= MOST_LATE
  for (let at = 0; at < texts.length && !isOver(); at += AT_ONCE) {
    const some = texts.slice(at, at + AT_ONCE)
    const groups = search(some)
    if (Array.isArray(groups))
      append(
        matches,
        groups.map((group) => ({ group })),
      )
    else await searchEach(search, some, { pattern, matches, isOver })
    await nextTurn()
  }
  const why = signal.aborted ? LATE : `not searched: the pattern ${quote(pattern)} takes too long`
  return texts.map((_, i) => matches[i] ?? { why })
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

async function searchEach(
  search: Search,
  texts: readonly (string | null)[],
  { pattern, matches, isOver }: { readonly pattern: string; readonly matches: Match[]; readonly isOver: () => boolean },
): Promise<void> {
  for (const text of texts) {
    if (isOver()) return
    const found = search([text])
    if (typeof found !== 'string') matches.push({ group: found[0] ?? null })
    else matches.push({ why: found === 'busy' ? BUSY : `the pattern ${quote(pattern)} took too long to search` })
    await nextTurn()
  }
}

/** What the group has found in each text; or why the search had to be ended. */
type Search = (texts: readonly (string | null)[]) => readonly (string | null)[] | 'slow' | 'busy'

/** In a context of its own, since only there a search can be ended. */
async function createSearch(pattern: string): Promise<Search> {
  const { createContext, runInContext } = await import('node:vm')
  const context = createContext({ pattern, texts: '' })
  const code =
    'var wanted = wanted || new RegExp(pattern); ' +
    'JSON.stringify(JSON.parse(texts).map((text) => text === null ? null : wanted.exec(text)?.[1] ?? null))'
  return (texts) => {
    context.texts = JSON.stringify(texts)
    for (const timeout of WAITED_MS) {
      const before = processorMs()
      try {
        // The code is ours, and says what it makes.
        return JSON.parse(runInContext(code, context, { timeout })) as string[]
      } catch (error) {
        if (errorCode(error) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
        // The timeout counts the time in which others had the processor as well, which is no fault of the pattern.
        if (processorMs() - before >= SEARCH_MS * ALMOST) return 'slow'
      }
    }
    return 'busy'
  }
}

/** What a process knows of the time of the processor that it took. */
interface Usages {
  readonly threadCpuUsage?: () => NodeJS.CpuUsage
  readonly cpuUsage: () => NodeJS.CpuUsage
}

/** How long the processor has worked for us. */
function processorMs(): number {
  // Node 20 knows only what all threads have taken.
  const { threadCpuUsage, cpuUsage }: Usages = process
  const { user, system } = (threadCpuUsage ?? cpuUsage).call(process)
  return (user + system) / 1_000
}
