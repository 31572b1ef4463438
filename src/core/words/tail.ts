import { clean } from './text.ts'

/** The last lines of what was printed, clean. */
export type LastLines = readonly string[]

/** So many lines of what a job printed are shown, */
const LINES = 20
/** of so many characters in all. */
const LENGTH = 2_000

/** The last lines of what a job printed, clean, without what a carriage return overwrote. */
export function tailOf(output: string): LastLines {
  const lines = output.trimEnd().split('\n').slice(-LINES).map(seen)
  const shown: string[] = []
  let left = LENGTH
  for (const line of lines.toReversed()) {
    if (line.length > left) {
      if (left > 1) shown.unshift(`…${line.slice(1 - left)}`)
      break
    }
    shown.unshift(line)
    left -= line.length
  }
  return shown.some((line) => line !== '') ? shown : []
}

/** A line as a terminal would have left it. */
function seen(line: string): string {
  const written = line.replace(/\r+$/, '')
  return clean(written.slice(written.lastIndexOf('\r') + 1).replaceAll('\t', '    '))
}
