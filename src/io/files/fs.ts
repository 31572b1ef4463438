/** The part of `node:fs/promises` that short runs need. Loading all of it takes as long as a server's answer. */
import * as back from 'node:fs'
import { promisify } from 'node:util'

let underway = 0

/** Counts the calls under way. On a file system that is gone none ever returns. */
export function counted<Call extends (...args: never[]) => Promise<unknown>>(call: Call): Call {
  const counting = async (...args: Parameters<Call>): Promise<unknown> => {
    underway += 1
    try {
      return await call(...args)
    } finally {
      underway -= 1
    }
  }
  // It returns what the call returns, for each of its overloads.
  return counting as Call
}

/** Whether a call is under way: the end of the process would wait for it. */
export function isHeldByFiles(): boolean {
  return underway > 0
}

export const access = counted(promisify(back.access))
export const chmod = counted(promisify(back.chmod))
export const close = counted(promisify(back.close))
export const fstat = counted(promisify(back.fstat))
export const fdatasync = counted(promisify(back.fdatasync))
export const fsync = counted(promisify(back.fsync))
export const ftruncate = counted(promisify(back.ftruncate))
export const lstat = counted(promisify(back.lstat))
export const lutimes = counted(promisify(back.lutimes))
export const mkdir = counted(promisify(back.mkdir))
export const open = counted(promisify(back.open))
export const read = counted(promisify(back.read))
export const readdir = counted(promisify(back.readdir))
export const readlink = counted(promisify(back.readlink))
export const realpath = counted(promisify(back.realpath.native))
export const rename = counted(promisify(back.rename))
export const stat = counted(promisify(back.stat))
export const unlink = counted(promisify(back.unlink))
export const write = counted(promisify(back.write))
