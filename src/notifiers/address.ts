import { domainToASCII } from 'node:url'
import { UsageError } from '../core/errors.ts'
import { quote } from '../core/text.ts'

/** A dot-atom, with the letters and digits of other scripts. No leading dash: programs would take it for an option. */
const LOCAL_PART = /^(?!-)[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+)*$/u
const DOMAIN = /^(?!-)[\p{L}\p{M}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)*$/u
const ADDRESS_LITERAL = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[\da-f:.]+)\]$/i

/**
 * Makes sure that a text is one plain e-mail address, or the name of a local mailbox such as `root`, and nothing that
 * a mail header, an SMTP command or a command line could take for more.
 *
 * @param place what the address is for, as the user knows it
 * @returns the address as an envelope carries it: an international domain in its ASCII form
 * @throws UsageError
 */
export function parseAddress(text: string, place: string): string {
  const at = text.lastIndexOf('@')
  const local = at < 0 ? text : text.slice(0, at)
  const domain = at < 0 ? undefined : text.slice(at + 1)
  const envelopeDomain = domain === undefined ? undefined : asEnvelopeDomain(domain)
  if (text.length > 254 || !LOCAL_PART.test(local) || envelopeDomain === '') {
    throw new UsageError(`${place}: ${quote(text)} is not a mail address; write it plainly, like alert@domain.tld`)
  }
  return envelopeDomain === undefined ? local : `${local}@${envelopeDomain}`
}

/** An empty string where it is not a domain. */
function asEnvelopeDomain(domain: string): string {
  if (ADDRESS_LITERAL.test(domain)) return domain
  return DOMAIN.test(domain) ? domainToASCII(domain) : ''
}
