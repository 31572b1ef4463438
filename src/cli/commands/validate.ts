import { requireValid } from '../../config/shape/schema.ts'
import { redact } from '../../core/words/text.ts'
import { expectationOf } from '../../core/words/words.ts'
import { whyNotAsked } from '../../drivers/examine.ts'
import type { WatchOptions } from '../options/options.ts'
import { readSettings, type Settings } from '../settings/settings.ts'
import type { Code, World } from '../world.ts'

/** Reads the configuration and says what is in it, and what is remarkable. Connects to nothing. */
export async function validateCommand(options: WatchOptions, world: World): Promise<Code> {
  const settings = await readSettings(options, world, { readingTime: 1, examine: whyNotAsked })
  const { config, secrets, shown, plan } = settings
  requireValid(config)
  const recipients = plan.notifiers.flatMap((notifier) => notifier.recipients)
  const lines = [
    ...[...shown].map(([name, url]) => `database ${name}: ${url}`),
    ...config.checks.map(({ check }) => `check ${check.name}: ${expectationOf(check)}`),
    `told: ${recipients.length === 0 ? 'nobody' : recipients.join(', ')}`,
    ...sessionRemarks(settings).map((remark) => `remark: ${remark}`),
    ...config.remarks.map((remark) => `remark: ${redact(remark, secrets)}`),
    'the configuration is valid',
  ]
  for (const line of lines) world.stdout.write(`${line}\n`)
  return 0
}

/** SQL of one's own runs as in the server's own client, and no longer in UTC: it is as well to say what is meant. */
function sessionRemarks({ config, unchosen }: Settings): readonly string[] {
  return unchosen.flatMap((database) => {
    const kind = config.databases.get(database)?.kind
    const own = config.checks.filter(
      ({ check }) => check.source === database && kind?.statement?.(check.look) !== undefined,
    )
    if (own.length === 0) return []
    const names = own.map(({ check }) => check.name).join(', ')
    const cure = 'write session: { time_zone: … }'
    return [`database ${database}: the SQL of ${names} runs in whatever zone the server's sessions have; ${cure}`]
  })
}
