import { constants, readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Larger numbers are nobody's by hand. */
const LARGEST = 1_023
/** What Node opens for itself, beside pipes and, to have its number, /dev/null. */
const OF_NODE = /^anon_inode:/

/**
 * The descriptors above 2 that whoever started this process has handed on, such as the lock of `9>lock`. Node marks them so
 * that a command would not get them.
 */
export function inheritedDescriptors(): readonly number[] {
  const open = openIn('self').filter(({ fd }) => fd <= LARGEST)
  const pipes = open.map(({ file }) => file).filter((file) => file.startsWith('pipe:'))
  const ofParent = new Set(openIn(process.ppid).map(({ file }) => file))
  const standard = new Set(open.filter(({ fd }) => fd <= 2).map(({ file }) => file))
  const first = open.find(({ file }) => OF_NODE.test(file))?.fd ?? LARGEST
  const isOwn = ({ fd, file }: Open): boolean => {
    if (OF_NODE.test(file)) return true
    if (file === '/dev/null') return fd > first && (flagsOf(fd) & WRITING) === 0
    if (!file.startsWith('pipe:')) return false
    // We have opened stdout once more, so that writing to it never waits.
    if (standard.has(file)) return (flagsOf(fd) & constants.O_NONBLOCK) !== 0
    // Both ends are here: it is Node's, unless it is the parent's as well, as that of `make -j`.
    return pipes.filter((other) => other === file).length > 1 && !ofParent.has(file)
  }
  return open.filter((one) => one.fd > 2 && !isOwn(one)).map(({ fd }) => fd)
}

interface Open {
  readonly fd: number
  readonly file: string
}

/** @returns none where nothing tells */
function openIn(process: 'self' | number): readonly Open[] {
  const directory = `/proc/${process}/fd`
  return tried(() => readdirSync(directory), [])
    .toSorted((a, b) => Number(a) - Number(b))
    .flatMap((name) => tried(() => [{ fd: Number(name), file: readlinkSync(`${directory}/${name}`) }], []))
}

const WRITING = constants.O_WRONLY | constants.O_RDWR

function flagsOf(fd: number): number {
  const info = tried(() => readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'), '')
  return Number.parseInt(/^flags:\s*(\d+)/m.exec(info)?.[1] ?? '0', 8)
}

/** What /proc says, or something else where it does not tell: not on Linux, or of a descriptor that is closed meanwhile. */
function tried<T>(ask: () => T, otherwise: T): T {
  try {
    return ask()
  } catch {
    return otherwise
  }
}
