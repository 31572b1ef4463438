import { domainToASCII } from 'node:url'
import { UsageError } from '../../core/errors.ts'
import { isAddressLiteral, splitAddress } from '../../core/words/address.ts'
import { quote } from '../../core/words/text.ts'

/**
 * Makes sure that a text is one plain e-mail address.
 *
 * @param place what the address is for, in the user's words
 * @returns the address for an envelope: an international domain in its ASCII form
 * @throws UsageError
 */
export function parseAddress(text: string, place: string): string {
  const { local, domain } = splitAddress(text) ?? {}
  const envelopeDomain = domain === undefined || isAddressLiteral(domain) ? domain : domainToASCII(domain)
  if (local === undefined || envelopeDomain === '') {
    throw new UsageError(`${place}: ${quote(text)} is not a mail address; write it plainly, like alert@domain.tld`)
  }
  return envelopeDomain === undefined ? local : `${local}@${envelopeDomain}`
}
