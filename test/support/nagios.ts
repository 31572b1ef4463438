import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'
import { startServerGroup } from './server-group.ts'

/** What suites say where they have to be skipped. */
export const NAGIOS_MISSING = 'no Nagios 4: let .ci/run unpack it, or apt-get install nagios4-core'

/** Where .ci/run unpacks it: once installed, it would be started with the machine. */
const UNPACKED = fileURLToPath(new URL('../../node_modules/.nagios', import.meta.url))

/** The program, or undefined where it is not to be found. */
export function nagiosProgram(): string | undefined {
  return ['', UNPACKED].map((root) => `${root}/usr/sbin/nagios4`).find((path) => existsSync(path))
}

/** A line of the file of performance data. */
export interface PerfdataLine {
  readonly service: string
  readonly perfdata: string
}

/** A Nagios of one's own. */
export interface TestNagios {
  /** where it takes external commands */
  readonly commandFile: string
  /** waits until status.dat has a service as it should be, and gives back what it says of it */
  service(
    description: string,
    isRight: (fields: Readonly<Record<string, string>>) => boolean,
  ): Promise<Readonly<Record<string, string>>>
  /** what the file of performance data has so far */
  perfdata(): readonly PerfdataLine[]
  /** an external command, without its time */
  command(words: string): void
  /** what it has written into its log */
  log(): string
  /** stops it and removes all of it */
  remove(): Promise<void>
}

/** What every installation has, and objects refer to. */
const USUAL_OBJECTS = `
define timeperiod {
  timeperiod_name 24x7
  alias always
${['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'].map((day) => `  ${day} 00:00-24:00\n`).join('')}}
define command {
  command_name nothing
  command_line /bin/true
}
define contact {
  contact_name admin
  service_notification_commands nothing
  host_notification_commands nothing
}
define contactgroup {
  contactgroup_name admins
  alias admins
  members admin
}
`

/**
 * Starts Nagios in a temporary directory, as who we are; it listens on no port. Each check is made at once when it
 * starts.
 *
 * @param objects its hosts, services and commands
 */
export async function startNagios(objects: string): Promise<TestNagios> {
  const program = nagiosProgram()
  if (program === undefined) throw new Error(NAGIOS_MISSING)
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-nagios-'))
  const at = (name: string): string => join(dir, name)
  for (const name of ['results', 'tmp', 'archives']) mkdirSync(at(name))
  writeFileSync(at('usual.cfg'), USUAL_OBJECTS)
  writeFileSync(at('objects.cfg'), objects)
  writeFileSync(at('nagios.cfg'), mainConfiguration(at))
  const server = startServerGroup([program, at('nagios.cfg')])
  const kill = (): void => {
    server.kill()
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  }
  process.once('exit', kill)
  const log = (): string => (existsSync(at('nagios.log')) ? readFileSync(at('nagios.log'), 'utf8') : '')
  const remove = async (): Promise<void> => {
    const ended = server.ended()
    server.kill()
    await ended
    kill()
    process.off('exit', kill)
  }
  const commandFile = at('nagios.cmd')
  const isUp = () => (existsSync(commandFile) && existsSync(at('status.dat')) ? true : undefined)
  try {
    await eventually(isUp, { what: () => `Nagios: ${log()}` })
  } catch (error) {
    await remove()
    throw error
  }
  return {
    commandFile,
    service: (description, isRight) => {
      let last: Readonly<Record<string, string>> | undefined
      const look = () => {
        last = servicesIn(readFileSync(at('status.dat'), 'utf8')).get(description)
        return last !== undefined && isRight(last) ? last : undefined
      }
      return eventually(look, { what: () => `${description}: ${JSON.stringify(last)}\n${log()}` })
    },
    perfdata: () => (existsSync(at('perfdata')) ? perfdataIn(readFileSync(at('perfdata'), 'utf8')) : []),
    command: (words) => writeFileSync(commandFile, `[${Math.floor(Date.now() / 1_000)}] ${words}\n`),
    log,
    remove,
  }
}

/** @see https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/configmain.html */
function mainConfiguration(at: (name: string) => string): string {
  const { username } = userInfo()
  const settings = {
    log_file: at('nagios.log'),
    object_cache_file: at('objects.cache'),
    precached_object_file: at('objects.precache'),
    status_file: at('status.dat'),
    status_update_interval: '1',
    command_file: at('nagios.cmd'),
    check_external_commands: '1',
    lock_file: at('nagios.lock'),
    temp_file: at('nagios.tmp'),
    temp_path: at('tmp'),
    check_result_path: at('results'),
    log_archive_path: at('archives'),
    query_socket: at('nagios.qh'),
    retain_state_information: '0',
    nagios_user: username,
    nagios_group: username === 'nobody' ? 'nogroup' : username,
    use_syslog: '0',
    event_broker_options: '0',
    check_for_updates: '0',
    check_workers: '2',
    service_inter_check_delay_method: 'n',
    service_interleave_factor: '1',
    check_result_reaper_frequency: '1',
    enable_notifications: '0',
    process_performance_data: '1',
    service_perfdata_file: at('perfdata'),
    service_perfdata_file_mode: 'a',
    service_perfdata_file_template: String.raw`$SERVICEDESC$\t$SERVICEPERFDATA$`,
    illegal_object_name_chars: '`~!$%^&*|\'"<>?,()=',
    illegal_macro_output_chars: '`~$&|\'"<>',
  }
  const files = ['usual.cfg', 'objects.cfg'].map((name) => `cfg_file=${at(name)}\n`)
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  return [...files, ...lines].join('')
}

/** The services of status.dat, by their descriptions. */
function servicesIn(status: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const blocks = [...status.matchAll(/^servicestatus \{\n([\s\S]*?)^\t\}/gm)].map(([, block = '']) => fieldsIn(block))
  return new Map(blocks.map((fields) => [fields.service_description ?? '', fields]))
}

function fieldsIn(block: string): Readonly<Record<string, string>> {
  const lines = [...block.matchAll(/^\t(\w+)=(.*)$/gm)]
  return Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value]))
}

function perfdataIn(text: string): readonly PerfdataLine[] {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => {
    const [service = '', perfdata = ''] = line.split('\t')
    return { service, perfdata }
  })
}
