import { expect, test } from 'vitest'
import { clientName, isClientName } from '../../../src/notifiers/mail/smtp-name.ts'

const FROM = 'alert@domain.tld'

test.each([
  ['is the host’s', 'watch.example.org', FROM, 'watch.example.org'],
  ['has no dot at its end', 'Watch.Example.org.', FROM, 'watch.example.org'],
  ['has no underscore', 'watch_1.example.org', FROM, 'watch-1.example.org'],
  ['has no dash at the ends of its parts', '_watch-.example.org', FROM, 'watch.example.org'],
  ['has no blank', 'My Host.example.org', FROM, 'my-host.example.org'],
  ['is in ASCII', 'wächter.example.org', FROM, 'xn--wchter-bua.example.org'],
  ['is the sender’s domain, where the host’s has no dot', 'vm', FROM, 'domain.tld'],
  ['or where there is none', '(none)', FROM, 'domain.tld'],
  ['or an empty one', '', FROM, 'domain.tld'],
  ['or one that every host has', 'localhost.localdomain', FROM, 'domain.tld'],
  ['or one with a part that is too long', `${'a'.repeat(64)}.example.org`, FROM, 'domain.tld'],
  ['or one that is too long', `${'a.'.repeat(127)}org`, FROM, 'domain.tld'],
  ['is an address in brackets, where the host has that', '192.0.2.7', FROM, '[192.0.2.7]'],
  ['or the sender', 'vm', 'alert@[192.0.2.7]', '[192.0.2.7]'],
  ['is no number', '1.2', FROM, 'domain.tld'],
  ['is an address of its own, where there is nothing else', 'vm', 'lastalive@vm', '[127.0.0.1]'],
  ['also for a sender without a domain', 'vm', 'root', '[127.0.0.1]'],
])('the name of a client %s', (_, hostName, from, name) => {
  expect(clientName(hostName, from)).toBe(name)
  expect(isClientName(name)).toBe(true)
})
