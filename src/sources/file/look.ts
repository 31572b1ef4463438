/** What is measured of files. */
export const FILE_MEASURES = ['age', 'size', 'count', 'number'] as const

/** What a source of files needs to know of a check. */
export interface FileLook {
  /** absolute; with signs in it that stand for others, as a shell has them */
  readonly path: string
  readonly measure: (typeof FILE_MEASURES)[number]
}
