import { UsageError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { type Address, addressesOf, exists } from '../../io/net/socket.ts'
import { setUpFault } from '../faults.ts'
import type { MysqlPlace, MysqlSslMode, MysqlTarget } from '../target.ts'
import { readOptionFile } from './cnf.ts'
import { readPlace } from './target.ts'

const PORT = 3306

/** Where distributions and MySQL itself put the socket. */
const SOCKETS = ['/run/mysqld/mysqld.sock', '/var/run/mysqld/mysqld.sock', '/tmp/mysql.sock']

export interface WholePlace extends MysqlPlace {
  readonly user: string
  readonly sslMode: MysqlSslMode
  /** a port was given for this host, so that its socket is not meant */
  readonly isByPort: boolean
  /** what to do about an option file that was ignored */
  readonly hint?: string
}

/**
 * Takes what is missing from the option file.
 *
 * @throws FaultError if the option file is wrong
 */
export async function completePlace(target: MysqlTarget): Promise<WholePlace> {
  const { optionFile, optionGroup: group } = target
  const { options, hint } = await readOptionFile({ ...optionFile, group })
  const filed = placeFromOptions(options, optionFile.path)
  // A socket is another way to the same host. The file's socket does not belong to a host that was written.
  const { socket, ...others } = filed
  const isLocal = target.host === undefined || target.host === 'localhost'
  const place = { ...others, ...(socket !== undefined && isLocal && { socket }), ...given(target, PLACE_KEYS) }
  return {
    ...place,
    user: place.user ?? target.userName,
    sslMode: place.sslMode ?? (place.sslCa === undefined ? 'PREFERRED' : 'VERIFY_CA'),
    isByPort:
      target.socket === undefined && (target.port !== undefined || options.get('protocol')?.toLowerCase() === 'tcp'),
    ...(hint !== undefined && { hint }),
  }
}

/** What of a target may come from an option file instead. */
const PLACE_KEYS = [
  ...(['host', 'port', 'socket', 'user', 'password', 'connectTimeout'] as const),
  ...(['sslMode', 'sslCa', 'sslCert', 'sslKey'] as const),
]

/** Taken unchanged from an option file. */
const FILED = ['host', 'port', 'socket', 'user', 'password', 'ssl_ca', 'ssl_cert', 'ssl_key']

function placeFromOptions(options: ReadonlyMap<string, string>, path: string): MysqlPlace {
  const settings = new Map<string, string>()
  for (const name of FILED) {
    const value = options.get(name)
    if (value !== undefined && value !== '') settings.set(name.replaceAll('_', '-'), value)
  }
  const mode = modeOf(options)
  if (mode !== undefined) settings.set('ssl-mode', mode)
  try {
    return readPlace(settings)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const message = `${path}: ${error.message.replace(/;.*$/s, '')}`
    throw setUpFault(message, 'correct that line', { cause: error })
  }
}

/** MariaDB's client has switches in place of MySQL's `ssl-mode`. */
function modeOf(options: ReadonlyMap<string, string>): string | undefined {
  const isOff = (name: string): boolean => /^(?:0|off|false)$/i.test(options.get(name) ?? '')
  const written = options.get('ssl_mode')
  if (written !== undefined) return written
  if (options.has('skip_ssl') || isOff('ssl')) return 'DISABLED'
  if (options.has('ssl_verify_server_cert') && !isOff('ssl_verify_server_cert')) return 'VERIFY_IDENTITY'
  return options.has('ssl') ? 'REQUIRED' : undefined
}

/**
 * All addresses of a place, to try in turn. As in MySQL's own client `localhost` is the socket, unless a port is given.
 *
 * @throws the error of the name service
 */
export async function findAddresses(place: WholePlace): Promise<readonly Address[]> {
  const { host = 'localhost', port = PORT, socket, isByPort } = place
  if (host !== 'localhost') return await addressesOf(host, port)
  if (!isByPort) {
    if (socket !== undefined) return [{ path: socket }]
    for (const path of SOCKETS) if (await exists(path)) return [{ path }]
  }
  return [{ host: '127.0.0.1', port }]
}
