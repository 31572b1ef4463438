import type { Seconds } from '../../core/types.ts'
import type { Statuses } from './status.ts'

/** What an answer is looked for in: a header, or what its body says. */
export type PartOfAnswer = { readonly header: string } | 'body'

/** What is asked of a web server, and what of its answer. */
export interface HttpLook {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly statuses: Statuses
  /** a text that must be in the body */
  readonly contains?: string
  /** where the time or the number is; absent where the answer itself is judged */
  readonly value?: PartOfAnswer
  /** how often it is redirected at most */
  readonly redirects: number
  readonly timeout: Seconds
  readonly user?: string
  readonly password?: string
  readonly token?: string
  /** path of the certificates to trust in place of the system's */
  readonly ca?: string
  /** a certificate of ours and its key, as PEM */
  readonly certificate?: string
}

/** The same with its URL as it was understood. */
export type HttpSettings = Omit<HttpLook, 'url'> & { readonly url: URL }
