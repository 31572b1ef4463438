import { type Command, Option } from 'commander'
import { SEVERITIES } from '../../core/judge/severity.ts'
import { VERSION } from '../version.ts'
import { duration } from './options.ts'

/** What a monitoring plugin has besides. */
export function addPluginOptions(command: Command): Command {
  return command
    .optionsGroup('As a monitoring plugin, and in scripts:')
    .option('-q, --quiet [sql]', 'print nothing: the exit code says it; with SQL, the --query of check_pgsql')
    .option('--until-ok <duration>', 'look again and again until it is ok, or so long', duration)
    .addOption(
      new Option('--timeout-state <state>', 'what it means that time is up (default: unknown)').choices(SEVERITIES),
    )
    .option(
      '--extra-opts [section][@file]',
      'more options out of an ini file, where nobody sees them in a list of processes',
    )
    .optionsGroup('As check_pgsql has them:')
    .option('-H, --hostname <host>', 'host, or directory of the socket, in place of --url')
    .option('-P, --port <port>', 'its port')
    .option('-d, --database <name>', 'database')
    .option('-l, --logname <user>', 'user')
    .option(
      '-p, --password <password>',
      'password; a file (~/.pgpass, --extra-opts) keeps it out of the list of processes',
    )
    .option(
      '-W, --query-warning <range>',
      'with -q: a number outside is a warning; -w and -c are seconds of response then',
    )
    .option('-C, --query-critical <range>', 'with -q: a number outside is critical')
    .version(VERSION, '-V, --version', 'print the version')
}
