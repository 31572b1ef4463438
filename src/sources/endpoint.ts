import { textLike } from '../core/shape/values.ts'
import type { Address } from '../io/net/socket.ts'

const HIGHEST_PORT = 65_535

/**
 * Reads where something listens: `host:port`, `[::1]:port`, or `unix:/path`.
 *
 * @returns undefined where it says no such place
 */
export function parseEndpoint(text: string): Address | undefined {
  const path = /^unix:(\/.+)$/s.exec(text)?.[1]
  if (path !== undefined) return path.includes('\0') ? undefined : { path }
  const [, six, name, digits = ''] = /^(?:\[([0-9a-f:.]+(?:%\w+)?)\]|([^\s:/@[\]]+)):(\d{1,5})$/i.exec(text) ?? []
  const host = six ?? name
  const port = Number(digits)
  return host === undefined || port === 0 || port > HIGHEST_PORT ? undefined : { host, port }
}

/** The key that says where something listens. */
export function endpoint(about: string, example: string) {
  const isEndpoint = { test: (text: string) => parseEndpoint(text) !== undefined }
  return textLike(isEndpoint, { about, example, wrong: 'is no host and port' })
}

/** Where something listens that the shape has let through. */
export function endpointOf(text: string): Address {
  const address = parseEndpoint(text)
  if (address === undefined) throw new Error('the shape has let through what is no endpoint')
  return address
}
