/** The part that is used of a package without types. */
declare module 'fs-native-extensions' {
  /** Takes an exclusive lock on an open file that dies with its process; false where another holds it. */
  export function tryLock(fd: number): boolean
}
