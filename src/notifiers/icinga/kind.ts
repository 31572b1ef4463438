import type * as v from 'valibot'
import { underKey } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { NotifierKind } from '../../core/notifier-kind.ts'
import { besideProblems, fieldProblems, lonePasswordProblems } from '../../core/shape/combination.ts'
import { mapping } from '../../core/shape/mapping.ts'
import { optional } from '../../core/shape/quick.ts'
import { child, isMapping, type Path, type Problem } from '../../core/shape/tree.ts'
import { absolutePath, duration, secretFile, text } from '../../core/shape/values.ts'
import { CA, httpUrl } from '../../core/shape/web.ts'
import { SUBJECT_FIELDS } from '../../core/words/template.ts'
import type { IcingaSettings, ResultTaker } from './icinga.ts'

/** With the API's URL as text: it is parsed when it is needed. */
interface IcingaConfig extends Omit<IcingaSettings, 'place'> {
  readonly place:
    | Extract<ResultTaker, { kind: 'command file' }>
    | { readonly kind: 'api'; readonly url: string; readonly password?: string; readonly ca?: string }
}

const shape = () =>
  mapping(
    {
      command_file: optional(() =>
        absolutePath({
          about: 'the FIFO of Nagios or Icinga that takes external commands',
          example: '/var/lib/nagios4/rw/nagios.cmd',
        }),
      ),
      api: optional(() =>
        httpUrl(
          'the API of Icinga 2, with a user and a password; instead of command_file',
          'https://user:password@host:5665',
        ),
      ),
      password_file: secretFile('the password for the user that api names'),
      ca: CA,
      host: optional(() =>
        text({ about: 'the host of the services, with fields in braces (default {instance})', example: 'watch1' }),
      ),
      service: optional(() =>
        text({ about: 'the service of each notice, with fields in braces (default {title})', example: '"{title}"' }),
      ),
      timeout: optional(() => duration({ about: 'how long each result may take (default 10s)', example: '10s' })),
    },
    'a passive check result of Nagios or Icinga for each notice',
  )

type Entry = v.InferOutput<ReturnType<typeof shape>>

export const ICINGA: NotifierKind<Entry, IcingaConfig> = {
  key: 'icinga',
  // One result for each service, so that a missing service holds up no other.
  group: 'check',
  shape,
  secretFiles: { password_file: 'the password' },
  problems: (entry, path) => [...lonePasswordProblems(entry, path, 'api'), ...placeProblems(entry, path)],
  settings: ({ host = '{instance}', service = '{title}', timeout = 10, ...entry }, secretAt) => {
    return { place: placeOf(entry, secretAt('password_file')), host, service, timeout }
  },
  load: async () => {
    const { createIcingaNotifier } = await import('./icinga.ts')
    return {
      create: async (name, { place, ...rest }) => {
        if (place.kind !== 'api') return { notifier: createIcingaNotifier(name, { ...rest, place }), secrets: [] }
        const { parseHttpUrl } = await import('../../io/net/http-url.ts')
        const { url, password, ...more } = place
        const target = await underKey('api', () => parseHttpUrl(url, password))
        const settings = { ...rest, place: { ...more, target } }
        return { notifier: createIcingaNotifier(name, settings), secrets: target.secrets }
      },
    }
  },
}

function placeOf({ api, command_file: path = '', ca }: Entry, password: string | undefined): IcingaConfig['place'] {
  if (api === undefined) return { kind: 'command file', path }
  return { kind: 'api', url: api, ...given({ ca, password }, ['ca', 'password']) }
}

function placeProblems(entry: unknown, path: Path): readonly Problem[] {
  if (!isMapping(entry)) return []
  const [file, api] = [child(entry, 'command_file'), child(entry, 'api')]
  const isNowhere = file === undefined && api === undefined
  return [
    ...(isNowhere ? [{ path, text: 'says not what takes the results; write command_file or api below it' }] : []),
    ...besideProblems(entry, path, ['command_file', 'api']),
    ...(api === undefined && child(entry, 'ca') !== undefined
      ? [{ path: [...path, 'ca'], text: 'is for api alone; remove it' }]
      : []),
    ...['host', 'service'].flatMap((key) => fieldProblems(child(entry, key), SUBJECT_FIELDS, [...path, key])),
  ]
}
