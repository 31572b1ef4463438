import { readFileSync } from 'node:fs'

/** The version of the package. */
export function readVersion(): string {
  // Two levels up from the sources and from the bundle.
  const description: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const isObject = typeof description === 'object' && description !== null && 'version' in description
  return isObject && typeof description.version === 'string' ? description.version : 'unknown'
}
