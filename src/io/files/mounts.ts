import { readRegularAtOnce } from './regular.ts'

/** Finds the file system that a path lies on by its name: where that is mounted. Follows no link. */
export type MountOf = (path: string) => string

/** Says where file systems are mounted at the moment. Where that cannot be known, each folder is taken for one. */
export function readMounts(): MountOf {
  const found = readRegularAtOnce('/proc/self/mountinfo')
  const lines = found.kind === 'file' ? found.bytes.toString('utf8').split('\n') : []
  const points = lines.map((line) => plain(line.split(' ')[4] ?? '')).filter((point) => point.startsWith('/'))
  if (points.length === 0) return (path) => path.slice(0, path.lastIndexOf('/'))
  points.sort((a, b) => b.length - a.length)
  return (path) => points.find((point) => point === '/' || path === point || path.startsWith(`${point}/`)) ?? '/'
}

/** A blank stands there as `\040`. */
function plain(point: string): string {
  return point.replaceAll(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)))
}
