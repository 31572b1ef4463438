import * as v from 'valibot'
import { underKey } from '../../core/errors.ts'
import type { NotifierKind } from '../../core/notifier-kind.ts'
import { fieldProblems, urlProblems } from '../../core/shape/combination.ts'
import { mapping } from '../../core/shape/mapping.ts'
import { optional } from '../../core/shape/quick.ts'
import { child, namesIn, type Path, type Problem } from '../../core/shape/tree.ts'
import { duration, oneOf, secretFile } from '../../core/shape/values.ts'
import { CA, HTTP_EXAMPLE, httpHeaders, httpUrl, SECRET_HEADER } from '../../core/shape/web.ts'
import { MESSAGE_FIELDS } from '../../core/words/template.ts'
import type { WebhookSettings } from './webhook.ts'

/** With the URL as text: it is parsed when it is needed. */
type WebhookConfig = Omit<WebhookSettings, 'target'> & { readonly url: string }

const shape = () =>
  mapping(
    {
      url: optional(() => httpUrl('where each message is sent; 2xx means accepted, and redirects are not followed')),
      url_file: secretFile('the URL, in place of url'),
      token_file: secretFile('a token, sent as Authorization: Bearer …'),
      method: optional(() => oneOf(['POST', 'PUT', 'PATCH'], { about: 'the HTTP method (default POST)' })),
      headers: optional(() =>
        httpHeaders({
          about: 'more headers, whose values may have fields in braces',
          example: 'X-Title: "{headline}"',
          own: ['host', 'idempotency-key'],
        }),
      ),
      body: optional(() =>
        v.pipe(
          v.unknown(),
          v.description(
            'what is sent: a text, or a tree that becomes JSON, with fields in braces (default: the message as JSON)',
          ),
          v.check((body) => body !== null, 'is empty; write what is sent, or leave it out'),
        ),
      ),
      timeout: optional(() => duration({ about: 'how long the request may take (default 10s)', example: '10s' })),
      ca: CA,
    },
    'a request to a web server for each message',
  )

export const WEBHOOK: NotifierKind<v.InferOutput<ReturnType<typeof shape>>, WebhookConfig> = {
  key: 'webhook',
  group: 'run',
  shape,
  mappings: ['headers'],
  free: ['body'],
  secretFiles: { url_file: 'the URL', token_file: 'the token' },
  // Whoever knows the URL can use it.
  isSecret: ([key, name]) => key === 'url' || (key === 'headers' && SECRET_HEADER.test(String(name))),
  problems: (entry, path) => [
    ...fieldProblems(child(entry, 'headers'), MESSAGE_FIELDS, [...path, 'headers']),
    ...bodyProblems(child(entry, 'body'), [...path, 'body']),
    ...urlProblems(entry, path, HTTP_EXAMPLE),
    ...tokenProblems(entry, path),
  ],
  settings: ({ url_file: _, token_file: __, url: written, ...entry }, secretAt) => {
    const usual = { method: 'POST', headers: {}, timeout: 10 } as const
    const [url, token] = [written ?? secretAt('url_file') ?? '', secretAt('token_file')]
    return { ...usual, ...entry, url, ...(token === undefined ? {} : { token }) }
  },
  load: async () => {
    const [{ createWebhookNotifier, webhookSecrets }, { parseHttpUrl }] = await Promise.all([
      import('./webhook.ts'),
      import('../../io/net/http-url.ts'),
    ])
    return {
      create: async (name, { url, ...rest }) => {
        const settings = { ...rest, target: await underKey('url', () => parseHttpUrl(url)) }
        return { notifier: createWebhookNotifier(name, settings), secrets: webhookSecrets(settings) }
      },
    }
  },
}

function tokenProblems(entry: unknown, path: Path): readonly Problem[] {
  const name = namesIn(child(entry, 'headers')).find((one) => one.toLowerCase() === 'authorization')
  if (name === undefined || child(entry, 'token_file') === undefined) return []
  return [{ path: [...path, 'token_file'], text: 'stands beside headers.Authorization; remove one of them' }]
}

function bodyProblems(body: unknown, path: Path): readonly Problem[] {
  const wrong = 'is JSON inside a text, which a filled-in value could break; write it as YAML, without quotes around it'
  const isJson = typeof body === 'string' && /^\s*(\{\s*"|\[\s*["{[])/.test(body)
  return [...(isJson ? [{ path, text: wrong }] : []), ...fieldProblems(body, MESSAGE_FIELDS, path)]
}
