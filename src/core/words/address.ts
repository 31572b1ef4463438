/** Only used for an address that is not ASCII: this class takes long to compile. */
const EVERY_SCRIPT = String.raw`\p{L}\p{M}\p{N}`
const ASCII = 'A-Za-z0-9'
const ADDRESS_LITERAL = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[\da-f:.]+)\]$/i
const LONGEST = 254

/**
 * Splits a plain e-mail address, or the name of a local mailbox such as `root`. Nothing passes that a mail header, an
 * SMTP command or a command line could read as more than an address.
 *
 * @returns its parts, without a domain for a local mailbox; undefined if the text is not an address
 */
export function splitAddress(text: string): { readonly local: string; readonly domain?: string } | undefined {
  const at = text.lastIndexOf('@')
  const local = at < 0 ? text : text.slice(0, at)
  if (text.length > LONGEST || !isMadeOf("_!#$%&'*+/=?^`{|}~-", local)) return undefined
  if (at < 0) return { local }
  const domain = text.slice(at + 1)
  return isAddressLiteral(domain) || isMadeOf('_-', domain) ? { local, domain } : undefined
}

export function isAddressLiteral(domain: string): boolean {
  return ADDRESS_LITERAL.test(domain)
}

/** A dot-atom. It has no leading dash: a program would read that as an option. */
function isMadeOf(signs: string, text: string): boolean {
  const isAscii = /^[\x20-\x7e]*$/.test(text)
  const word = `[${isAscii ? ASCII : EVERY_SCRIPT}${signs}]+`
  return new RegExp(String.raw`^(?!-)${word}(?:\.${word})*$`, isAscii ? '' : 'u').test(text)
}
