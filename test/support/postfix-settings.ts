import { join } from 'node:path'
import type { User } from './postgres.ts'

/** TCP ports on 127.0.0.1. */
export interface Ports {
  /** speaks STARTTLS, and then wants a login */
  readonly submission: number
  /** the same, with TLS from the first byte */
  readonly smtps: number
  /** like submission, but knows nothing of SMTPUTF8 */
  readonly ascii: number
  readonly imaps: number
  /** speaks STARTTLS first */
  readonly imap: number
}

/** Where a Postfix and a Dovecot live, and who owns their files. */
export interface Places {
  readonly dir: string
  readonly user: User
  readonly ports: Ports
}

/** Directories of Postfix's queue that belong to the owner of the mail; it makes none of them itself. */
export const QUEUES = [
  'active',
  'bounce',
  'corrupt',
  'defer',
  'deferred',
  'flush',
  'hold',
  'incoming',
  'maildrop',
  'private',
  'public',
  'saved',
  'trace',
].map((name) => join('queue', name))

/** What each Postfix of ours has. Its users and groups must differ from each other; these are on every Debian system. */
export const ALONE = {
  compatibility_level: '3.6',
  mail_owner: 'mail',
  default_privs: 'nobody',
  setgid_group: 'uucp',
  inet_interfaces: '127.0.0.1',
  inet_protocols: 'ipv4',
  disable_dns_lookups: 'yes',
  mydestination: '',
  alias_maps: '',
  alias_database: '',
}

/**
 * main.cf: takes mail for the addresses in `mailboxes` from those who log in, and sends nothing anywhere.
 *
 * @see https://www.postfix.org/postconf.5.html
 */
export function mainCf({ dir, user }: Places): string {
  return settings({
    ...ALONE,
    queue_directory: join(dir, 'queue'),
    data_directory: join(dir, 'postfix-data'),
    meta_directory: join(dir, 'postfix'),
    maillog_file_prefixes: dir,
    maillog_file: join(dir, 'postfix.log'),
    smtpd_peername_lookup: 'no',
    myhostname: 'mail.domain.tld',
    mynetworks: '',
    local_recipient_maps: '',
    default_transport: 'error:nothing leaves this machine',
    relay_transport: 'error:nothing leaves this machine',
    virtual_mailbox_domains: 'domain.tld, xn--bcher-kva.example',
    virtual_mailbox_base: join(dir, 'mail'),
    virtual_mailbox_maps: `texthash:${join(dir, 'mailboxes')}`,
    virtual_minimum_uid: '1',
    virtual_uid_maps: `static:${user.uid}`,
    virtual_gid_maps: `static:${user.gid}`,
    smtpd_tls_chain_files: `${join(dir, 'server.key')}, ${join(dir, 'server.crt')}`,
    smtpd_tls_auth_only: 'yes',
    smtpd_tls_received_header: 'yes',
    smtpd_sasl_auth_enable: 'yes',
    smtpd_sasl_authenticated_header: 'yes',
    smtpd_sasl_type: 'dovecot',
    smtpd_sasl_path: join(dir, 'auth'),
    smtpd_relay_restrictions: 'permit_sasl_authenticated, reject',
    smtpd_client_connection_count_limit: '0',
    smtpd_error_sleep_time: '0',
    strict_smtputf8: 'yes',
  })
}

/** Those who read the table of mailboxes serve once, so that they know it as it is. */
const FRESH = '-o max_use=1'

/** master.cf: the services that take, queue and store mail, none in a chroot. */
export function masterCf({ ports }: Places): string {
  const starttls = '-o smtpd_tls_security_level=encrypt'
  return [
    `127.0.0.1:${ports.submission} inet n - n - - smtpd ${FRESH} ${starttls}`,
    `127.0.0.1:${ports.smtps} inet n - n - - smtpd ${FRESH} -o smtpd_tls_wrappermode=yes`,
    `127.0.0.1:${ports.ascii} inet n - n - - smtpd ${FRESH} ${starttls} -o smtpd_discard_ehlo_keywords=smtputf8`,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n - 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    `virtual unix - n n - - virtual ${FRESH}`,
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n')
}

/**
 * dovecot.conf: a login for each line of `users`, an INBOX for each login, and the socket at which Postfix asks. It
 * runs as the owner of the mail, and so changes neither user nor root directory.
 *
 * @see https://doc.dovecot.org/2.3/
 */
export function dovecotConf({ dir, ports }: Places): string {
  return `${settings({
    base_dir: join(dir, 'dovecot'),
    state_dir: join(dir, 'dovecot'),
    log_path: join(dir, 'dovecot.log'),
    protocols: 'imap',
    listen: '127.0.0.1',
    default_internal_user: 'mail',
    default_internal_group: 'mail',
    default_login_user: 'mail',
    first_valid_uid: '1',
    ssl: 'required',
    ssl_cert: `<${join(dir, 'server.crt')}`,
    ssl_key: `<${join(dir, 'server.key')}`,
    auth_mechanisms: 'plain login',
    // All letters of all scripts.
    auth_username_chars: '',
    auth_failure_delay: '0',
    mail_location: `maildir:${join(dir, 'mail')}/%u`,
  })}
passdb {
  driver = passwd-file
  args = scheme=PLAIN ${join(dir, 'users')}
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${join(dir, 'mail')}/%u
}
service auth {
  chroot =
  unix_listener ${join(dir, 'auth')} {
    mode = 0600
  }
}
# Without a socket for penalties: nobody waits because somebody has failed before.
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
`
}

/** Lines of main.cf or the like. */
export function settings(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')
}
