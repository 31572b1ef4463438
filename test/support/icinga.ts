import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'
import { freePort, makeCertificate } from './postgres.ts'
import { startServerGroup } from './server-group.ts'

/** What suites say where they have to be skipped. */
export const ICINGA_MISSING = 'no Icinga 2: let .ci/run unpack it, or apt-get install icinga2-bin'

/** Where .ci/run unpacks it: once installed, it would be started with the machine. */
const UNPACKED = fileURLToPath(new URL('../../node_modules/.icinga', import.meta.url))

interface Places {
  readonly program: string
  /** its library of templates */
  readonly include: string
  readonly libraries: readonly string[]
}

/** The program and what it needs, or undefined where it is not to be found. */
export function icingaPlaces(): Places | undefined {
  return ['', UNPACKED].map(placesIn).find((places) => places !== undefined)
}

function placesIn(root: string): Places | undefined {
  const lib = `${root}/usr/lib`
  const names = existsSync(lib) ? readdirSync(lib).filter((name) => name.endsWith('-linux-gnu')) : []
  const libraries = [lib, `${root}/lib`].flatMap((place) => names.map((name) => join(place, name)))
  const program = names.map((name) => join(lib, name, 'icinga2/sbin/icinga2')).find((path) => existsSync(path))
  const include = `${root}/usr/share/icinga2/include`
  return program === undefined || !existsSync(include) ? undefined : { program, include, libraries }
}

/** What the API says of a service. */
export interface ServiceState {
  /** as a plugin's exit code; undefined while it is pending */
  readonly state: number | undefined
  readonly output: string
  /** as Icinga has taken it apart */
  readonly perfdata: readonly string[]
  readonly isActive: boolean
  readonly source: string
  readonly command: unknown
}

/** An Icinga of one's own. */
export interface TestIcinga {
  readonly port: number
  /** file with the certificate of the authority that vouches for its own on localhost and 127.0.0.1 */
  readonly authority: string
  /** where it takes external commands */
  readonly commandFile: string
  /** waits until a service is as it should be */
  service(name: string, isRight: (state: ServiceState) => boolean): Promise<ServiceState>
  /** the names of its services, as in host!service */
  services(): Promise<readonly string[]>
  /** has a service checked now */
  check(name: string): Promise<void>
  log(): string
  /** stops it and removes all of it */
  remove(): Promise<void>
}

const PASSWORD = 'of the tests'

/**
 * Starts Icinga in a temporary directory, as who we are, with its API on loopback. Each check is made soon after it
 * has started.
 *
 * @param objects its hosts, services and commands
 */
export async function startIcinga(objects: string): Promise<TestIcinga> {
  const places = icingaPlaces()
  if (places === undefined) throw new Error(ICINGA_MISSING)
  const dir = mkdtempSync(join(tmpdir(), 'lastalive-icinga-'))
  const at = (name: string): string => join(dir, name)
  const port = await freePort()
  for (const name of ['data', 'data/certs', 'log', 'cache', 'run', 'spool']) mkdirSync(at(name))
  makeCertificate(at('authority'), { name: 'Authority of a test' })
  const named = { name: 'localhost', altName: 'DNS:localhost,IP:127.0.0.1', authority: at('authority') }
  makeCertificate(at('data/certs/localhost'), named)
  writeFileSync(at('data/certs/ca.crt'), readFileSync(at('authority.crt')))
  writeFileSync(at('objects.conf'), objects)
  writeFileSync(at('icinga2.conf'), mainConfiguration(at, port))
  const server = startServerGroup(commandOf(places, at), { LD_LIBRARY_PATH: places.libraries.join(':') })
  const kill = (): void => {
    server.kill()
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
  }
  process.once('exit', kill)
  const log = (): string =>
    existsSync(at('log/icinga2.log')) ? logIn(readFileSync(at('log/icinga2.log'), 'utf8')) : ''
  const remove = async (): Promise<void> => {
    const ended = server.ended()
    server.kill()
    await ended
    kill()
    process.off('exit', kill)
  }
  const ca = readFileSync(at('authority.crt'))
  const ask = (method: string, path: string, content?: object) => askApi({ port, ca, method, path }, content)
  const isUp = () =>
    ask('GET', '/v1').then(
      () => (existsSync(at('icinga2.cmd')) ? true : undefined),
      () => undefined,
    )
  try {
    await eventually(isUp, { what: () => `Icinga: ${log()}` })
  } catch (error) {
    await remove()
    throw error
  }
  return {
    port,
    authority: at('authority.crt'),
    commandFile: at('icinga2.cmd'),
    service: (name, isRight) => {
      let last: ServiceState | undefined
      const look = async () => {
        const [found] = await ask('GET', `/v1/objects/services/${encodeURIComponent(name)}`)
        last = stateOf(found)
        return isRight(last) ? last : undefined
      }
      return eventually(look, { what: () => `${name}: ${JSON.stringify(last)}\n${log()}` })
    },
    services: async () => (await ask('GET', '/v1/objects/services?attrs=name')).map(({ name }) => name),
    check: async (service) => {
      await ask('POST', '/v1/actions/reschedule-check', { type: 'Service', service, force: true })
    },
    log,
    remove,
  }
}

function commandOf({ program, include }: Places, at: (name: string) => string): readonly string[] {
  const { username } = userInfo()
  const constants = {
    DataDir: at('data'),
    LogDir: at('log'),
    CacheDir: at('cache'),
    InitRunDir: at('run'),
    SpoolDir: at('spool'),
    ConfigDir: at('.'),
    RunAsUser: username,
    RunAsGroup: username === 'nobody' ? 'nogroup' : username,
  }
  const defined = Object.entries(constants).flatMap(([name, value]) => ['-D', `${name}=${value}`])
  return [program, 'daemon', '-c', at('icinga2.conf'), '-I', include, ...defined]
}

/** @see https://icinga.com/docs/icinga-2/latest/doc/09-object-types/ */
function mainConfiguration(at: (name: string) => string, port: number): string {
  return `
const NodeName = "localhost"
const ZoneName = NodeName
include <itl>
object Endpoint NodeName { }
object Zone ZoneName { endpoints = [ NodeName ] }
object FileLogger "main" { path = "${at('log/icinga2.log')}" }
object CheckerComponent "checker" { }
object ExternalCommandListener "command" { command_path = "${at('icinga2.cmd')}" }
object ApiListener "api" {
  bind_host = "127.0.0.1"
  bind_port = ${port}
}
object ApiUser "root" {
  password = "${PASSWORD}"
  permissions = [ "*" ]
}
include "objects.conf"
`
}

/** Without a line for each time that we have asked. */
function logIn(text: string): string {
  return text.replaceAll(/^.*\/(HttpServerConnection|ApiListener): .*\n/gm, '')
}

interface Found {
  readonly name: string
  readonly attrs: {
    readonly last_check_result: {
      readonly state: number
      readonly output: string
      readonly performance_data: readonly string[] | null
      readonly active: boolean
      readonly check_source: string
      readonly command: unknown
    } | null
  }
}

function askApi(
  {
    port,
    ca,
    method,
    path,
  }: { readonly port: number; readonly ca: Buffer; readonly method: string; readonly path: string },
  content?: object,
): Promise<readonly Found[]> {
  const headers = { accept: 'application/json' }
  const options = { host: '127.0.0.1', port, ca, method, path, headers, auth: `root:${PASSWORD}`, agent: false }
  return new Promise((resolve, reject) => {
    const asked = request(options, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString('utf8')
      if (response.statusCode === 200) resolve(path === '/v1' ? [] : JSON.parse(body).results)
      else reject(new Error(`${method} ${path}: ${response.statusCode} ${body}`))
    })
    asked.on('error', reject)
    asked.end(content === undefined ? undefined : JSON.stringify(content))
  })
}

function stateOf(found: Found | undefined): ServiceState {
  const result = found?.attrs.last_check_result
  return {
    state: result?.state,
    output: result?.output ?? '',
    perfdata: result?.performance_data ?? [],
    isActive: result?.active ?? false,
    source: result?.check_source ?? '',
    command: result?.command,
  }
}
