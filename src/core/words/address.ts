/** Letters, marks and digits of all scripts. What it takes to read them is a good part of a short run. */
const EVERY_SCRIPT = String.raw`\p{L}\p{M}\p{N}`
const ASCII = 'A-Za-z0-9'
const ADDRESS_LITERAL = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[\da-f:.]+)\]$/i
const LONGEST = 254

/**
 * Takes a text for one plain e-mail address, or the name of a local mailbox such as `root`: nothing that a mail header,
 * an SMTP command or a command line could take for more.
 *
 * @returns its parts, the domain absent for a local mailbox; undefined where it is no such thing
 */
export function splitAddress(text: string): { readonly local: string; readonly domain?: string } | undefined {
  const at = text.lastIndexOf('@')
  const local = at < 0 ? text : text.slice(0, at)
  if (text.length > LONGEST || !isMadeOf("_!#$%&'*+/=?^`{|}~-", local)) return undefined
  if (at < 0) return { local }
  const domain = text.slice(at + 1)
  return isAddressLiteral(domain) || isMadeOf('_-', domain) ? { local, domain } : undefined
}

/** Whether it stands for a host by its number. */
export function isAddressLiteral(domain: string): boolean {
  return ADDRESS_LITERAL.test(domain)
}

/** A dot-atom of letters and some signs. No leading dash: programs would take it for an option. */
function isMadeOf(signs: string, text: string): boolean {
  const isAscii = /^[\x20-\x7e]*$/.test(text)
  const word = `[${isAscii ? ASCII : EVERY_SCRIPT}${signs}]+`
  return new RegExp(String.raw`^(?!-)${word}(?:\.${word})*$`, isAscii ? '' : 'u').test(text)
}
