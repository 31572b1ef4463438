import type { Command } from 'commander'
import { collect } from './options.ts'

/** What the service itself has been told, for a remark on limits that are too tight for it. */
export function addAliveIntervalOption(command: Command): Command {
  const about = "the service's own interval; validate and run -v remark on limits that are too tight for it"
  return command.option('--alive-interval <duration>', about)
}

/** Whom to tell, and when. */
export function addTellOptions(command: Command): Command {
  return command
    .optionsGroup('Whom it tells, and when:')
    .option('--to <address>', 'who gets the mail; may be repeated', collect)
    .option('--from <address>', 'sender, on the envelope too (default: lastalive@HOST)')
    .option('--smtp <url>', 'mail server: smtp://[user:password@]host[:port] or smtps://…')
    .option('--sendmail <program>', 'program that takes the mail (default, without --smtp: /usr/sbin/sendmail)')
    .option('--healthchecks <url>', 'ping URL that hears of the start and the end of each run')
    .option('--failures <n>', 'bad runs in a row that open an incident (default: 1)')
    .option('--recoveries <n>', 'good runs in a row that close it (default: 1)')
    .option('--remind <duration>', 'say it again after this long; always or never (default: never)')
    .option('--instance <name>', "who watches, as messages say it (default: the host's name)")
}
