import { type Command, Option } from 'commander'
import { SEVERITIES } from '../../core/judge/severity.ts'
import type { World } from '../world.ts'
import { parseDurationOption } from './options.ts'
import { addVersionOption } from './version.ts'

/** What only `check` has. */
export function addPluginOptions(command: Command, world: World): Command {
  const described = command
    .optionsGroup('As a monitoring plugin, and in scripts:')
    .option('-q, --quiet [sql]', 'print nothing, only exit; with SQL it is --query, as in check_pgsql')
    .option(
      '--until-ok <duration>',
      'look again each second until all is ok, for at most this long',
      parseDurationOption,
    )
    .addOption(new Option('--timeout-state <state>', 'state if time is up (default: unknown)').choices(SEVERITIES))
    .option('--extra-opts [section][@file]', 'take more options from an ini file, which keeps a password secret')
    .optionsGroup('As in check_pgsql:')
    .option('-H, --hostname <host>', 'host, or directory of the socket, in place of --url')
    .option('-P, --port <port>', 'port')
    .option('-d, --database <name>', 'database')
    .option('-l, --logname <user>', 'user')
    .option('-p, --password <password>', 'password; ps shows it, so better use ~/.pgpass or --extra-opts')
    .option(
      '-W, --query-warning <range>',
      'with -q: a number outside is a warning; -w and -c are then limits of the response time',
    )
    .option('-C, --query-critical <range>', 'with -q: a number outside is critical')
  return addVersionOption(described, world)
}
