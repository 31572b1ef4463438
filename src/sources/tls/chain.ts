import type { DetailedPeerCertificate } from 'node:tls'
import { clean, shorten } from '../../core/words/text.ts'

/** Longer than this no chain is. */
const LONGEST = 20

/** A certificate of a chain. */
export interface Certified {
  /** whose it is, clean */
  readonly name: string
  readonly from: Date
  readonly to: Date
}

/** The certificates of a chain, the server's own first. */
export function chainOf(first: DetailedPeerCertificate): readonly Certified[] {
  const chain: Certified[] = []
  const known = new Set<string>()
  for (let one: DetailedPeerCertificate | undefined = first; one?.valid_to !== undefined; one = one.issuerCertificate) {
    if (known.has(one.fingerprint256) || chain.length === LONGEST) break
    known.add(one.fingerprint256)
    const names = [one.subject.CN, one.subject.O].flat().find((name) => name !== undefined)
    const name = shorten(clean(names ?? one.serialNumber), 80)
    chain.push({ name, from: new Date(one.valid_from), to: new Date(one.valid_to) })
  }
  return chain
}

/** Which of a chain it is: the server's own, or that of an authority. */
export function whichOf(chain: readonly Certified[], one: Certified): string {
  return one === chain[0]
    ? `the certificate of ${one.name}`
    : `the certificate of ${one.name}, an authority of its chain,`
}

/** The one that ends first. */
export function firstToEnd(chain: readonly Certified[]): Certified | undefined {
  return chain.toSorted((a, b) => a.to.getTime() - b.to.getTime())[0]
}
