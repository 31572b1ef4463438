/** What short runs need of `node:fs/promises`, without what that loads beside, which takes as long as a server's answer. */
import * as back from 'node:fs'
import { promisify } from 'node:util'

export const access = promisify(back.access)
export const close = promisify(back.close)
export const fstat = promisify(back.fstat)
export const fdatasync = promisify(back.fdatasync)
export const fsync = promisify(back.fsync)
export const ftruncate = promisify(back.ftruncate)
export const mkdir = promisify(back.mkdir)
export const open = promisify(back.open)
export const read = promisify(back.read)
export const readFile = promisify(back.readFile)
export const readdir = promisify(back.readdir)
export const realpath = promisify(back.realpath)
export const rename = promisify(back.rename)
export const stat = promisify(back.stat)
export const unlink = promisify(back.unlink)
export const write = promisify(back.write)
