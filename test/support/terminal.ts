import { spawn, spawnSync } from 'node:child_process'

/** What suites say where they have to be skipped. */
export const TERMINAL_MISSING = 'no terminals: install util-linux, for script'

/** How long a terminal may keep silent. */
const PATIENCE_MS = 30_000

/** Whether `script` is there, which opens terminals, or any other program. */
export function isInstalled(program = 'script'): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' }).status === 0
}

/** A program on a terminal of its own. */
export interface Terminal {
  /**
   * Types something, and waits for an answer.
   *
   * @returns what came since the last time, up to the answer
   */
  type(keys: string, answer: RegExp): Promise<string>
  /** waits for its end; what came since the last time */
  end(): Promise<string>
  /** ends it, if it has not ended by itself */
  stop(): void
}

/** Starts a program on a real terminal of 200 columns, with hardly an environment. */
export function openTerminal(
  command: string,
  { env = {}, cwd }: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Terminal {
  const child = spawn('script', ['-qec', `stty cols 200 rows 50; ${command}`, '/dev/null'], {
    env: { PATH: process.env.PATH, HOME: '/proc/nonexistent', TZ: 'UTC', TERM: 'xterm', ...env },
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let [heard, read] = ['', 0]
  let isOver = false
  let onNews = (): void => {}
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    heard += text
    onNews()
  })
  child.on('close', () => {
    isOver = true
    onNews()
  })
  const until = (isThere: (news: string) => number | undefined): Promise<string> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing more came than ${heard}`)), PATIENCE_MS)
      const look = (): void => {
        const news = heard.slice(read)
        const length = isThere(news)
        if (length === undefined && !isOver) return
        clearTimeout(timer)
        onNews = () => {}
        read += length ?? 0
        if (length === undefined) reject(new Error(`ended after ${heard}`))
        else resolve(news.slice(0, length))
      }
      onNews = look
      look()
    })
  return {
    type: (keys, answer) => {
      child.stdin.write(keys)
      return until((news) => {
        const match = answer.exec(news)
        return match === null ? undefined : match.index + match[0].length
      })
    },
    end: () => until((news) => (isOver ? news.length : undefined)),
    stop: () => void child.kill('SIGKILL'),
  }
}
