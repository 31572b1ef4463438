import { isIPv4 } from 'node:net'
import { domainToASCII } from 'node:url'
import { isAddressLiteral } from '../../core/words/address.ts'

const LONGEST_LABEL = 63
const LONGEST = 253
/** Names under these mean the host itself, everywhere. */
const OF_EVERY_HOST = ['localhost', 'localdomain']
const LAST_RESORT = '[127.0.0.1]'

/**
 * The name for EHLO: the host's full name if there is one, else the sender's domain.
 *
 * Strict servers refuse a name without a dot or with an underscore, and a loopback address.
 *
 * @param hostName as the system has it
 * @param from the sender's address
 * @see https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.1
 */
export function clientName(hostName: string, from: string): string {
  const domain = from.slice(from.lastIndexOf('@') + 1)
  return wholeName(hostName) ?? (isAddressLiteral(domain) ? domain : wholeName(domain)) ?? LAST_RESORT
}

/** Whether a text is a host's name or an address in brackets, and nothing that a command could read as more. */
export function isClientName(text: string): boolean {
  return isAddressLiteral(text) || (text.length <= LONGEST && /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(text))
}

function wholeName(text: string): string | undefined {
  if (isIPv4(text)) return `[${text}]`
  const ascii = (domainToASCII(text) || text).toLowerCase().replaceAll(/[^a-z0-9.-]+/g, '-')
  const labels = ascii
    .split('.')
    .map((label) => label.replaceAll(/^-+|-+$/g, ''))
    .filter((label) => label !== '')
  const last = labels.at(-1) ?? ''
  const isWhole = labels.length > 1 && !OF_EVERY_HOST.includes(last) && !/^\d+$/.test(last)
  const isShort = labels.every((label) => label.length <= LONGEST_LABEL) && labels.join('.').length <= LONGEST
  return isWhole && isShort ? labels.join('.') : undefined
}
