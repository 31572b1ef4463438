import { redact } from '../../core/text.ts'
import { expectationOf } from '../../core/words.ts'
import type { WatchOptions } from '../options.ts'
import { readSettings } from '../settings.ts'
import type { Code, World } from '../world.ts'

/** Reads the configuration and says what is in it, and what is remarkable. Connects to nothing. */
export async function validateCommand(options: WatchOptions, world: World): Promise<Code> {
  const { config, secrets, shown, plan } = await readSettings(options, world, { readingTime: 1 })
  const recipients = plan.notifiers.flatMap((notifier) => notifier.recipients)
  const lines = [
    ...[...shown].map(([name, url]) => `database ${name}: ${url}`),
    ...config.checks.map(({ check }) => `check ${check.name}: ${expectationOf(check)}`),
    `told: ${recipients.length === 0 ? 'nobody' : recipients.join(', ')}`,
    ...config.remarks.map((remark) => `remark: ${redact(remark, secrets)}`),
    'the configuration is right',
  ]
  for (const line of lines) world.stdout.write(`${line}\n`)
  return 0
}
