/** A version of Node to run things on. */
export interface Runtime {
  readonly path: string
  readonly version: string
}
