/** What the process of a module is asked. */
export interface ModuleQuestion {
  readonly path: string
  readonly check: string
  readonly options: unknown
  readonly memory: unknown
  readonly timeoutMs: number
}

/** What it answers, once. */
export type ModuleAnswer =
  | { readonly kind: 'reading'; readonly reading: unknown }
  | { readonly kind: 'threw'; readonly why: string }
  | { readonly kind: 'no module'; readonly why: string }
