import type { Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { errorCode } from '../../core/errors.ts'
import { lstat, readlink } from './fs.ts'
import { isForeign, whyDistrusted } from './owner.ts'

/** Why a file is not run. */
export interface Distrust {
  readonly kind: 'absent' | 'distrusted'
  readonly why: string
}

/** As many links may lead to a file as the system follows. */
const MOST_LINKS = 40
const STICKY = 0o1000

/**
 * Why a file must not be run: it, each folder and each link on the way to it must be ours or root's, and nobody else may
 * write them. In a sticky folder of root's, such as `/tmp`, others can write, but cannot replace what is ours.
 *
 * @param path absolute
 * @returns undefined if it may be run
 * @throws errors of the file system
 */
export async function whyUntrusted(path: string): Promise<Distrust | undefined> {
  let way: Way = { folder: '/', parts: partsOf(path) }
  for (let links = 0; links <= MOST_LINKS; ) {
    const stat = await statOf(way.folder)
    if (stat === undefined) return absent(way.folder)
    if (stat.isSymbolicLink()) {
      if (isForeign(stat.uid)) return distrusted(`${way.folder} is a link of user ${stat.uid}`)
      const target = resolve(dirname(way.folder), await readlink(way.folder))
      way = { folder: '/', parts: [...partsOf(target), ...way.parts] }
      links += 1
      continue
    }
    const [part, ...parts] = way.parts
    const why = whyWrong(stat, way)
    if (why !== undefined || part === undefined) return why
    way = { folder: resolve(way.folder, part), parts }
  }
  return distrusted(`the links at ${path} lead in a circle`)
}

/** How far the way to a file has been looked at, and what is left of it. */
interface Way {
  readonly folder: string
  readonly parts: readonly string[]
}

function partsOf(path: string): readonly string[] {
  const parts = resolve(path).split('/')
  return parts.filter((part) => part !== '')
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function whyWrong(stat: Stats, { folder, parts: [part] }: Way): Distrust | undefined {
  const isSafe = stat.isDirectory() && stat.uid === 0 && (stat.mode & STICKY) !== 0
  const why = isSafe ? undefined : whyDistrusted(stat, folder)
  if (why !== undefined)
    return distrusted(`${folder} ${why.replace(/^others can write it/, 'can be written by others')}`)
  if (part === undefined) return stat.isFile() ? undefined : distrusted(`${folder} is not a regular file`)
  return stat.isDirectory() ? undefined : absent(resolve(folder, part))
}

function absent(path: string): Distrust {
  return { kind: 'absent', why: `there is no ${path}` }
}

function distrusted(why: string): Distrust {
  return { kind: 'distrusted', why }
}
