import { type Dir, opendir } from 'node:fs'
import { promisify } from 'node:util'
import { counted } from './fs.ts'

export const openFolder = counted(promisify(opendir))
/** What a folder holds, one after the other; null at its end. */
export const readEntry = counted((folder: Dir) => folder.read())
export const closeFolder = counted((folder: Dir) => folder.close())
