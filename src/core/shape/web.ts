import * as v from 'valibot'
import { optional } from './quick.ts'
import { type About, absolutePath, show, text, textLike } from './values.ts'

export const HTTP_EXAMPLE = 'https://host/path'

export function httpUrl(about: string, example = HTTP_EXAMPLE) {
  return textLike(/^https?:\/\/[^/\s]/i, { about, example, wrong: 'is not the URL of a web server' })
}

export const CA = optional(() =>
  absolutePath({ about: "a file of certificates to trust in place of the system's", example: '/path/to/ca.pem' }),
)

/** What a request says by itself. */
const OWN_HEADERS = [
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
  'trailer',
  'te',
  'keep-alive',
]

/** Headers that are as good as a password. */
export const SECRET_HEADER = /auth|cookie|key|secret|token/i

const headerName = (own: readonly string[]) =>
  v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9!#$%&'*+.^_\x60|~-]{1,100}$/, (issue) => `${show(issue.input)} cannot be the name of a header`),
    v.check(
      (name) => !own.includes(name.toLowerCase()),
      (issue) => `${show(issue.input)} is a header that lastalive sets itself; leave it out`,
    ),
  )

const header = () =>
  v.pipe(
    text({ about: 'what the header says', example: 'some text' }),
    v.check((value) => !/\p{Cc}/u.test(value), 'holds a line break or another control character; write it on one line'),
  )

/**
 * The headers of a request.
 *
 * @param own those besides that lastalive sets itself, in small letters
 */
export function httpHeaders({ about, example, own = [] }: About & { readonly own?: readonly string[] }) {
  return v.pipe(
    v.record(
      headerName([...OWN_HEADERS, ...own]),
      header(),
      `is not a mapping; write headers below it, as in ${example}`,
    ),
    v.description(about),
  )
}
