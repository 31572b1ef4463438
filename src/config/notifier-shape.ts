import * as v from 'valibot'
import { mapping } from './mapping.ts'
import { optional } from './optional.ts'
import { MESSAGES } from './telling-shape.ts'
import { address, count, duration, listOf, oneOf, show, text, textLike } from './values.ts'

const mail = () =>
  mapping(
    {
      to: v.pipe(
        listOf(address({ about: 'a mail address' }), { about: 'who is told', example: 'alert@domain.tld' }),
        v.check((addresses) => addresses.length > 0, 'is empty; write alert@domain.tld'),
      ),
      from: optional(() => address({ about: 'the sender, also of the envelope' })),
      smtp: optional(() =>
        textLike(/^smtps?:\/\/[^/]/i, {
          about: 'the server that takes the mail; instead of sendmail',
          example: 'smtp://host or smtps://user:password@host',
          wrong: 'is not the URL of a mail server',
        }),
      ),
      sendmail: optional(() =>
        textLike(/^\//, {
          about: 'the path of sendmail (the default way); instead of smtp',
          example: '/usr/sbin/sendmail',
          wrong: 'is not an absolute path',
        }),
      ),
    },
    'mail, through a server or the local sendmail',
  )

const HTTP_EXAMPLE = 'https://host/path'

const url = (about: string) =>
  textLike(/^https?:\/\/[^/\s]/i, { about, example: HTTP_EXAMPLE, wrong: 'is not the URL of a web server' })

/** What a request says by itself. */
const OWN_HEADERS = [
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
  'trailer',
  'te',
  'keep-alive',
  'idempotency-key',
]

const headerName = () =>
  v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9!#$%&'*+.^_\x60|~-]{1,100}$/, (issue) => `${show(issue.input)} cannot be the name of a header`),
    v.check(
      (name) => !OWN_HEADERS.includes(name.toLowerCase()),
      (issue) => `${show(issue.input)} is a header that is sent as it has to be; leave it out`,
    ),
  )

const header = () =>
  v.pipe(
    text({ about: 'what the header says', example: 'some text' }),
    v.check((value) => !/\p{Cc}/u.test(value), 'holds a line break or another control character; write it on one line'),
  )

const CA = optional(() =>
  textLike(/^\//, {
    about: "a file of certificates to trust in place of the system's",
    example: '/path/to/ca.pem',
    wrong: 'is not an absolute path',
  }),
)

const webhook = () =>
  mapping(
    {
      url: url('where each message goes; an answer of 2xx takes it, and no redirect is followed'),
      method: optional(() => oneOf(['POST', 'PUT', 'PATCH'], { about: 'how it is sent (default POST)' })),
      headers: optional(() =>
        v.pipe(
          v.record(headerName(), header(), 'is not a mapping; write names of headers and what they say below it'),
          v.description('headers that are sent along, with fields in braces'),
        ),
      ),
      body: optional(() =>
        v.pipe(
          v.unknown(),
          v.description(
            'what is sent, with fields in braces: a text, or any tree, as JSON (default: the message as JSON)',
          ),
          v.check((body) => body !== null, 'is empty; write what is sent, or leave it out'),
        ),
      ),
      timeout: optional(() => duration({ about: 'how long all of it may take (default 10s)', example: '10s' })),
      ca: CA,
    },
    'a request to a web server for each message',
    { url: `is missing; write ${HTTP_EXAMPLE}` },
  )

const RUN_EXAMPLE = '[/path/to/program, argument]'

/** A program and its arguments, each of which may stand more than once. */
const run = () =>
  v.pipe(
    v.union(
      [v.string(), v.array(v.string('is not text; write it in quotes'))],
      `is neither text nor a list of texts; write ${RUN_EXAMPLE}`,
    ),
    v.description('the program, by its absolute path, and its arguments; no shell sees them'),
    v.rawTransform(({ dataset, addIssue, NEVER }): readonly [string, ...string[]] => {
      const [path = '', ...args] = typeof dataset.value === 'string' ? [dataset.value] : dataset.value
      const wrong = runProblem([path, ...args], typeof dataset.value === 'string')
      if (wrong === undefined) return [path, ...args]
      addIssue({ message: `${wrong}; write ${RUN_EXAMPLE}` })
      return NEVER
    }),
  )

function runProblem(words: readonly [string, ...string[]], isOneText: boolean): string | undefined {
  if (words[0].trim() === '') return 'is empty'
  if (isOneText && /\s/.test(words[0])) return 'is one text, which no shell takes apart'
  if (!words[0].startsWith('/')) return `${show(words[0])} is not an absolute path`
  return words.some((word) => word.includes('\0')) ? 'holds a NUL' : undefined
}

const command = () =>
  mapping(
    {
      run: run(),
      timeout: optional(() =>
        duration({
          about: 'how long it may take, before it and all that it started is ended (default 10s)',
          example: '10s',
        }),
      ),
    },
    'a program that is run for each message: its facts are in the environment, and as JSON on standard input',
    { run: `is missing; write ${RUN_EXAMPLE}` },
  )

const icinga = () =>
  mapping(
    {
      command_file: optional(() =>
        textLike(/^\//, {
          about: 'the FIFO of Nagios or Icinga that takes external commands',
          example: '/var/lib/nagios4/rw/nagios.cmd',
          wrong: 'is not an absolute path',
        }),
      ),
      api: optional(() =>
        textLike(/^https?:\/\/[^/\s]/i, {
          about: 'the API of Icinga 2, with a user and a password; instead of command_file',
          example: 'https://user:password@host:5665',
          wrong: 'is not the URL of a web server',
        }),
      ),
      ca: CA,
      host: optional(() =>
        text({ about: 'whose services they are, with fields in braces (default {instance})', example: 'watch1' }),
      ),
      service: optional(() =>
        text({ about: 'the service of each notice, with fields in braces (default {title})', example: '"{title}"' }),
      ),
      timeout: optional(() => duration({ about: 'how long each result may take (default 10s)', example: '10s' })),
    },
    'a passive check result of Nagios or Icinga for each notice',
  )

/** One entry of `notifiers`; that it has exactly one way of telling is seen elsewhere. */
export const notifier = () =>
  mapping({
    mail: optional(mail),
    webhook: optional(webhook),
    command: optional(command),
    icinga: optional(icinga),
    ...MESSAGES,
  })

const pingUrl = () => url('the ping URL of a check')

/** Who watches the runs. A bare URL is a mapping with nothing else. */
export const healthchecks = () =>
  v.pipe(
    v.union(
      [
        v.pipe(
          pingUrl(),
          v.transform((written) => ({ url: written })),
        ),
        mapping(
          {
            url: pingUrl(),
            timeout: optional(() => duration({ about: 'how long each ping may take (default 5s)', example: '5s' })),
            fails_from: optional(() =>
              count({
                about:
                  'lower exit codes are reported as 0 (default 3: what is wrong with what is watched is no failing of the run)',
                of: 'exit codes',
                least: 1,
              }),
            ),
          },
          'the same with more',
          { url: `is missing; write ${HTTP_EXAMPLE}` },
        ),
      ],
      ({ input }) =>
        `${typeof input === 'string' ? 'is not the URL of a web server' : 'is neither a URL nor a mapping'}; write ${HTTP_EXAMPLE}`,
    ),
    v.description(
      'the ping URL of a check of Healthchecks that watches the runs themselves: a URL, or a mapping with url',
    ),
  )
