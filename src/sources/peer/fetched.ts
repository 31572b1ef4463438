import type { Fault, Seconds } from '../../core/types.ts'

/**
 * What came from another watcher: a text, something else, or nothing. `why` goes on after "strange answer". `age` is how
 * long ago the text was written, where a clock that both can see says so.
 */
export type Fetched =
  | { readonly kind: 'text'; readonly text: string; readonly age?: Seconds }
  | { readonly kind: 'strange'; readonly why: string }
  | { readonly kind: 'nothing'; readonly fault: Pick<Fault, 'kind' | 'message' | 'cure'> }
