import * as v from 'valibot'
import type { NotifierKind } from '../../core/notifier-kind.ts'
import { mapping } from '../../core/shape/mapping.ts'
import { optional } from '../../core/shape/quick.ts'
import { count, duration, secretFile } from '../../core/shape/values.ts'
import { HTTP_EXAMPLE, httpUrl } from '../../core/shape/web.ts'
import { messages } from './telling.ts'

/** One entry of `notifiers`; that it has exactly one way of telling is seen elsewhere. */
export const notifier = (kinds: readonly NotifierKind[]) => {
  const shapes = Object.fromEntries(kinds.map(({ key, shape }) => [key, optional(shape)]))
  return mapping({ ...shapes, ...messages(kinds) })
}

const pingUrl = () => httpUrl('the ping URL of a check')

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
            url: optional(pingUrl),
            url_file: secretFile('the URL, in place of url'),
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
        ),
      ],
      ({ input }) =>
        `${typeof input === 'string' ? 'is not the URL of a web server' : 'is neither a URL nor a mapping'}; write ${HTTP_EXAMPLE}`,
    ),
    v.description(
      'the ping URL of a check of Healthchecks that watches the runs themselves: a URL, or a mapping with url',
    ),
  )
