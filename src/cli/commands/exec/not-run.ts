import { accessSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, errorMessage } from '../../../core/errors.ts'
import { clean, shorten } from '../../../core/words/text.ts'

/** What a path may be at most, where it is shown. */
const SHOWN = 200

/**
 * Why a command could not be run, in words. Of what stands behind a blank nothing is shown: it may be an argument that was
 * written into the same word.
 */
export function whyNotRun(path: string, error: unknown): string {
  // What it sets may be a password.
  const assigned = /^([A-Za-z_]\w*)=/.exec(path)?.[1]
  if (assigned !== undefined)
    return `cannot run ${assigned}=…: write env before it: exec NAME -- env ${assigned}=… COMMAND`
  const [first = '', ...more] = path.split(/\s/)
  const cannot = `cannot run ${shorten(clean(first), SHOWN)}${more.length > 0 ? ' …' : ''}`
  switch (errorCode(error)) {
    case 'ENOENT': {
      if (isThere(path))
        return `${cannot}: the program that its first line names is not there (a carriage return at the end of that line?)`
      if (more.length > 0)
        return `${cannot}: no such command; it is one word with blanks in it: write each argument as a word, or sh -c '…'`
      return `${cannot}: no such command`
    }
    case 'EACCES':
      return `${cannot}: it is not executable, or a directory`
    case 'E2BIG':
      return `${cannot}: its arguments and its environment are too long`
    default:
      // Node's message names the arguments as well.
      return `${cannot}: ${errorCode(error) || clean(errorMessage(error))}`
  }
}

function isThere(path: string): boolean {
  const places = path.includes('/') ? [path] : (process.env.PATH ?? '').split(':').map((place) => join(place, path))
  return places.some((place) => {
    try {
      accessSync(place)
      return true
    } catch {
      return false
    }
  })
}
