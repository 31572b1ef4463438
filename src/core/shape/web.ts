import { optional } from './quick.ts'
import { absolutePath, textLike } from './values.ts'

export const HTTP_EXAMPLE = 'https://host/path'

export function httpUrl(about: string, example = HTTP_EXAMPLE) {
  return textLike(/^https?:\/\/[^/\s]/i, { about, example, wrong: 'is not the URL of a web server' })
}

export const CA = optional(() =>
  absolutePath({ about: "a file of certificates to trust in place of the system's", example: '/path/to/ca.pem' }),
)
