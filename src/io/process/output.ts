import type { Readable } from 'node:stream'

/** How many characters of its last words are kept. */
const KEPT = 4096

/** What a program prints. */
export interface ProgramOutput {
  /** waits until all of it is there, at most this long */
  finished(longestMs: number): Promise<void>
  /** is called when there is too much of it */
  onTooMuch(stop: () => void): void
  lastWords(): string
  kept(): Buffer
}

interface Printing {
  readonly stdout: Readable | null
  readonly stderr: Readable
}

/**
 * Collects what a program prints.
 *
 * @param options.largestOutput how many bytes of stdout are kept; without it stdout is a part of its last words
 */
export function collectOutput(
  { stdout, stderr }: Printing,
  { largestOutput }: { readonly largestOutput?: number },
): ProgramOutput {
  let [lastWords, size] = ['', 0]
  let stop = (): void => {}
  const chunks: Buffer[] = []
  const ended: Promise<void>[] = []
  const listen = (stream: Readable, take: (chunk: Buffer & string) => void): void => {
    stream.on('error', () => {})
    stream.on('data', take)
    ended.push(new Promise<void>((resolve) => stream.on('close', resolve)))
  }
  for (const stream of [stderr, largestOutput === undefined ? stdout : null]) {
    if (stream === null) continue
    stream.setEncoding('utf8')
    listen(stream, (text) => {
      lastWords = (lastWords + text).slice(-KEPT)
    })
  }
  if (largestOutput !== undefined && stdout !== null) {
    listen(stdout, (chunk) => {
      size += chunk.length
      if (size > largestOutput) stop()
      else chunks.push(chunk)
    })
  }
  return {
    finished: (longestMs) => within(longestMs, Promise.all(ended)),
    onTooMuch: (call) => {
      stop = call
    },
    lastWords: () => lastWords,
    kept: () => Buffer.concat(chunks),
  }
}

async function within(longestMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const longEnough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, longestMs)
  })
  await Promise.race([work, longEnough])
  clearTimeout(timer)
}
