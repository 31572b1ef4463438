import type { Command } from 'commander'
import { CHECK_GROUP, collect } from './options.ts'

export function addAliveIntervalOption(command: Command): Command {
  const about = 'how often the service beats; validate and run -v remark on limits that are too short for it'
  return command.optionsGroup(CHECK_GROUP).option('--alive-interval <duration>', about)
}

export function addTellOptions(command: Command): Command {
  return command
    .optionsGroup('Whom it tells, and when:')
    .option('--to <address>', 'who gets the mail; may be repeated', collect)
    .option('--from <address>', 'sender, also of the envelope (default: lastalive@HOST)')
    .option('--smtp <url>', 'mail server: smtp://[user:password@]host[:port] or smtps://…')
    .option('--sendmail <program>', 'program that takes the mail (default without --smtp: /usr/sbin/sendmail)')
    .option('--healthchecks <url>', 'URL to ping at the start and the end of each run')
    .option('--failures <n>', 'bad runs in a row that open an incident, or "3 of 5": so many of the last (default: 1)')
    .option('--recoveries <n>', 'good runs in a row that close it, not with "3 of 5" (default: 1)')
    .option('--remind <duration>', 'tell it again after each such time; or always, or never (default: never)')
    .option('--instance <name>', "who watches, for messages (default: the host's name)")
}
