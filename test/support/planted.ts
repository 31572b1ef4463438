import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/** What may stand where a file is to be read, and is none that anybody would read: by name, with what puts it there. */
export const PLANTED: Readonly<Record<string, (path: string) => unknown>> = {
  'a FIFO': (path) => execFileSync('mkfifo', ['-m', '600', path]),
  'a directory': (path) => mkdirSync(path),
  'a device that never ends': (path) => symlinkSync('/dev/zero', path),
  'a socket': (path) =>
    new Promise<void>((resolve) => {
      const server = createServer().listen(path, resolve)
      onTestFinished(() => void server.close())
    }),
  'a file that is larger than any': (path) => {
    writeFileSync(path, '', { mode: 0o600 })
    truncateSync(path, 17 * 1024 * 1024)
  },
  'a link to nothing': (path) => symlinkSync(`${path}.nothing`, path),
}
