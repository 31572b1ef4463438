export type JsonPath = readonly (string | number)[]

/**
 * Reads the part of JSONPath that leads to one value: `$.worker.seen`, `$[0]`, `$['last seen']`.
 *
 * @returns undefined for any other text
 * @see https://www.rfc-editor.org/rfc/rfc9535#name-normalized-paths
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined
  const path: (string | number)[] = []
  const steps = /\.([\p{L}_$][\p{L}\p{N}_$-]*)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/uy
  steps.lastIndex = 1
  for (let at = 1; at < text.length; at = steps.lastIndex) {
    const step = steps.exec(text)
    if (step === null) return undefined
    const [, name, position, single, double] = step
    path.push(position === undefined ? (name ?? unescaped(single ?? double ?? '')) : Number(position))
  }
  return path
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1')
}

/** The value at the path; undefined if there is none. */
export function valueAt(root: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    // Names lead into objects and positions into lists: `length` is not a value of a list.
    if (Array.isArray(value) !== (typeof step === 'number')) return undefined
    // Own properties only, so that no part of the language can be reached.
    return (value as Readonly<Record<string | number, unknown>>)[step]
  }, root)
}
