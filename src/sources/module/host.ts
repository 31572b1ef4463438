import { pathToFileURL } from 'node:url'
import { serialize } from 'node:v8'
import { errorMessage } from '../../core/errors.ts'
import { child } from '../../core/shape/tree.ts'
import { endWithParent } from '../../io/process/watchdog.ts'
import type { ModuleAnswer, ModuleQuestion } from './question.ts'

/** A program of its own, in which a module reads: whatever that does to its process is the end of this one alone. */
endWithParent(Number(process.argv[2]))
process.once('disconnect', () => process.exit())
process.once('message', (question: ModuleQuestion) => void answer(question))
process.on('uncaughtException', (error) => tell({ kind: 'threw', why: errorMessage(error) }))

/** So much is handed over of what a module brings, and of the words of an error. */
const LARGEST_BYTES = 1024 * 1024

type Read = (options: unknown, context: object) => unknown

async function answer({ path, check, options, memory, timeoutMs }: ModuleQuestion): Promise<void> {
  const read = await load(path)
  if (read === undefined) return
  try {
    const context = { check, memory, signal: AbortSignal.timeout(timeoutMs) }
    tell({ kind: 'reading', reading: await read(options, context) })
  } catch (error) {
    tell({ kind: 'threw', why: errorMessage(error) })
  }
}

async function load(path: string): Promise<Read | undefined> {
  try {
    const loaded: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href)
    const read = loaded.read ?? child(loaded.default, 'read')
    // Whatever it takes and gives is looked at afterwards.
    if (typeof read === 'function') return read as Read
    tell({ kind: 'no module', why: 'it exports no function read' })
  } catch (error) {
    tell({ kind: 'no module', why: `it cannot be loaded: ${errorMessage(error)}` })
  }
  return undefined
}

/** @throws if it cannot be handed over, such as a function */
function tell(answer: ModuleAnswer): void {
  if (answer.kind !== 'reading') process.send?.({ ...answer, why: answer.why.slice(0, LARGEST_BYTES) })
  else if (serialize(answer).length <= LARGEST_BYTES) process.send?.(answer)
  else process.send?.({ kind: 'no module', why: 'it brought more than 1 MB' } satisfies ModuleAnswer)
}
