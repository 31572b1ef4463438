import * as v from 'valibot'
import { underKey } from '../../core/errors.ts'
import { EXTRACTION, extractionProblems } from '../../core/find/extraction.ts'
import { measureOf } from '../../core/judge/measure.ts'
import { MEASURES } from '../../core/judge/severity.ts'
import { besideProblems } from '../../core/shape/combination.ts'
import { optional } from '../../core/shape/quick.ts'
import { response } from '../../core/shape/response.ts'
import { child, namesIn, type Path, type Problem } from '../../core/shape/tree.ts'
import { duration, flag, oneOf, secretFile, show, text, textLike } from '../../core/shape/values.ts'
import { CA, HTTP_EXAMPLE, httpHeaders, httpUrl, SECRET_HEADER } from '../../core/shape/web.ts'
import type { SourceKind } from '../../core/source-kind.ts'
import { judgedProblems } from '../judged.ts'
import type { HttpLook } from './look.ts'
import { parseStatuses, type Statuses, SUCCESS } from './status.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** How often it is redirected where it may be. */
const MOST_REDIRECTS = 10
const USUAL_TIMEOUT = 10

const statuses = () => {
  const one = v.union([v.number(), v.string()])
  const wrong = 'is no status; write 204, 200-299, or a list of these'
  return v.pipe(
    v.union([one, v.array(one)], wrong),
    v.description('the statuses with which all is well (default 200-299)'),
    v.rawTransform(({ dataset, addIssue, NEVER }): Statuses => {
      const parsed = parseStatuses(dataset.value)
      if (parsed !== undefined) return parsed
      addIssue({ message: `${show(dataset.value)} ${wrong}` })
      return NEVER
    }),
  )
}

const KEYS = {
  http: httpUrl('the URL of what is asked'),
  method: optional(() => oneOf(METHODS, { about: 'how it is asked (default GET, with a body POST)' })),
  headers: optional(() => httpHeaders({ about: 'headers that are sent along', example: 'X-Api-Key: some text' })),
  body: optional(() => text({ about: 'what is sent', example: 'some text' })),
  status: optional(statuses),
  contains: optional(() => text({ about: 'a text that must be in the answer', example: 'some text' })),
  ...EXTRACTION,
  header: optional(() =>
    textLike(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, {
      about: 'the header in which the time or the number is, in place of the body',
      example: 'Last-Modified',
      wrong: 'is not the name of a header',
    }),
  ),
  measure: optional(() =>
    oneOf(MEASURES, { about: 'what is read from the answer: a time, or a number (default age)' }),
  ),
  user: optional(() => text({ about: 'who logs in, with password_file', example: 'the name of a user' })),
  password_file: secretFile('the password of user'),
  token_file: secretFile('a token, which is sent as Authorization: Bearer …'),
  ca: CA,
  certificate: secretFile('a certificate of ours and its key, as PEM'),
  follow: optional(() => flag({ about: `whether up to ${MOST_REDIRECTS} redirects are followed (default false)` })),
  timeout: optional(() => duration({ about: 'how long all of it may take (default 10s)', example: '10s' })),
  response: response('how long the answer may take'),
}

/** What the shape has made of an entry. */
interface Entry {
  readonly http: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly status?: Statuses
  readonly contains?: string
  readonly header?: string
  readonly user?: string
  readonly ca?: string
  readonly follow?: boolean
  readonly timeout?: number
}

/** What says that there is a time or a number in the answer. */
const OF_VALUE = ['json', 'pattern', 'header', 'measure', 'expires']
const INSTEAD =
  'leave it out, or say where it is with json, pattern or header, or with measure where it is all there is'

/** A web server's answer: its status, its body, or a time or a number in it. */
export const HTTP: SourceKind<HttpLook> = {
  key: 'http',
  title: 'a web server',
  keys: () => KEYS,
  needed: { http: `is missing; write ${HTTP_EXAMPLE}` },
  lists: ['status'],
  mappings: ['headers'],
  secretFiles: { password_file: 'the password', token_file: 'the token', certificate: 'the key' },
  isSecret: ([key, name]) => key === 'headers' && SECRET_HEADER.test(String(name)),
  problems: (entry, path) => [
    ...extractionProblems(entry, path),
    ...(hasValue(entry) ? [] : judgedProblems(entry, path, INSTEAD)),
    ...headProblems(entry, path),
    ...loginProblems(entry, path),
  ],
  measure: (entry) => (hasValue(entry) ? measureOf(entry) : undefined),
  look: (entry, { secretAt }) => {
    // What the shape has made of it.
    const { http, headers = {}, body = '', header, status, method, ...rest } = entry as unknown as Entry
    const { contains, user, ca, follow = false, timeout = USUAL_TIMEOUT } = rest
    const [password, token, certificate] = ['password_file', 'token_file', 'certificate'].map(secretAt)
    return {
      url: http,
      method: method ?? (body === '' ? 'GET' : 'POST'),
      headers,
      body,
      statuses: status ?? SUCCESS,
      redirects: follow ? MOST_REDIRECTS : 0,
      timeout,
      ...(hasValue(entry) ? { value: header === undefined ? 'body' : { header } } : {}),
      ...(contains === undefined ? {} : { contains }),
      ...(user === undefined ? {} : { user }),
      ...(ca === undefined ? {} : { ca }),
      ...(password === undefined ? {} : { password }),
      ...(token === undefined ? {} : { token }),
      ...(certificate === undefined ? {} : { certificate }),
    }
  },
  where: ({ url }) => url.replace(/^(https?:\/\/)[^/?#]*@/i, '$1').replace(/[?#].*$/s, ''),
  load: async () => {
    const [{ createHttpSource, secretsOf }, { parseHttpUrl }] = await Promise.all([
      import('./http.ts'),
      import('../../io/net/http-url.ts'),
    ])
    return {
      create: async (name, look, home) => {
        const { url } = await underKey('http', () => parseHttpUrl(look.url))
        return { source: createHttpSource(name, { ...look, url }, home), secrets: secretsOf({ ...look, url }) }
      },
    }
  },
}

function hasValue(entry: unknown): boolean {
  return OF_VALUE.some((key) => child(entry, key) !== undefined)
}

/** What looks into a body that there is none of. */
function headProblems(entry: unknown, path: Path): readonly Problem[] {
  if (child(entry, 'method') !== 'HEAD') return []
  const isOfHeader = child(entry, 'header') !== undefined
  const idle = ['contains', 'body', ...(isOfHeader ? [] : ['json', 'pattern', 'measure', 'expires'])]
  return idle
    .filter((key) => child(entry, key) !== undefined)
    .map((key) => ({
      path: [...path, key],
      text: 'does not go with HEAD, which has no body; leave it out, or write GET',
    }))
}

/** There is one login. */
function loginProblems(entry: unknown, path: Path): readonly Problem[] {
  const [user, url] = [child(entry, 'user'), child(entry, 'http')]
  const needs = (key: string, other: string): readonly Problem[] =>
    child(entry, key) === undefined || child(entry, other) !== undefined
      ? []
      : [{ path: [...path, key], text: `goes with ${other}; write both, or leave it out` }]
  const name = namesIn(child(entry, 'headers')).find((one) => one.toLowerCase() === 'authorization')
  const written = ['user', 'token_file'].filter((key) => name !== undefined && child(entry, key) !== undefined)
  const isTwofold = user !== undefined && typeof url === 'string' && /^https?:\/\/[^/?#]*@/i.test(url)
  return [
    ...needs('password_file', 'user'),
    ...needs('user', 'password_file'),
    ...besideProblems(entry, path, ['token_file', 'user']),
    ...written.map((key) => ({
      path: [...path, key],
      text: 'stands beside headers.Authorization; remove one of them',
    })),
    ...(isTwofold ? [{ path: [...path, 'user'], text: 'stands beside a user in the URL; remove one of them' }] : []),
  ]
}
