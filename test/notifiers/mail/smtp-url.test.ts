import { describe, expect, test } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import { parseSmtpUrl } from '../../../src/notifiers/mail/smtp-url.ts'

describe('host and port', () => {
  test.each([
    ['smtp without a user goes to 25', 'smtp://mail.example', 'mail.example', 25],
    ['smtp with a user goes to 587', 'smtp://u:p@mail.example', 'mail.example', 587],
    ['smtps goes to 465', 'smtps://mail.example', 'mail.example', 465],
    ['a port that is given counts', 'smtps://u:p@mail.example:2465', 'mail.example', 2465],
    ['an IPv6 address stands in brackets', 'smtp://[::1]:2525', '::1', 2525],
    ['an international name is written in ASCII', 'smtp://mäil.example', 'xn--mil-qla.example', 25],
    ['a trailing slash is nothing', 'smtp://mail.example/', 'mail.example', 25],
  ])('%s', (_, url, host, port) => expect(parseSmtpUrl(url)).toMatchObject({ host, port }))
})

describe('TLS', () => {
  test.each([
    ['smtps is encrypted from the first byte', 'smtps://mail.example', 'implicit', true],
    ['smtps takes any certificate where told so', 'smtps://mail.example?tls=unverified', 'implicit', false],
    ['a network host without a user encrypts if it can', 'smtp://mail.example', 'offered', true],
    ['a user requires encryption', 'smtp://u:p@mail.example:25', 'required', true],
    ['port 587 requires encryption', 'smtp://mail.example:587', 'required', true],
    ['port 587 requires encryption on loopback too', 'smtp://localhost:587', 'required', true],
    ['loopback is not encrypted', 'smtp://localhost', 'never', true],
    ['loopback is not encrypted for a user', 'smtp://u:p@127.0.0.2:2525', 'never', true],
    ['IPv6 loopback is not encrypted', 'smtp://[::1]:2525', 'never', true],
    ['a name that begins like loopback is a network host', 'smtp://127.evil.example', 'offered', true],
    ['a CA requires encryption on loopback', 'smtp://localhost?ca=/etc/ca.pem', 'required', true],
    ['unverified requires encryption', 'smtp://mail.example?tls=unverified', 'required', false],
    ['none never encrypts', 'smtp://mail.example:587?tls=none', 'never', true],
    ['none may carry a password on loopback', 'smtp://u:p@localhost:587?tls=none', 'never', true],
  ])('%s', (_, url, tls, verified) => expect(parseSmtpUrl(url)).toMatchObject({ tls, verified }))

  test('a CA file is percent-decoded', () => {
    expect(parseSmtpUrl('smtps://mail.example?ca=/etc/my%20ca.pem').ca).toBe('/etc/my ca.pem')
  })
})

test.each([
  ['undefined, where it is found out', 'smtp://mail.example', undefined],
  ['as given', 'smtp://mail.example?name=watch.domain.tld', 'watch.domain.tld'],
  ['any that a host has', 'smtp://mail.example?name=watch_1', 'watch_1'],
  ['an address', 'smtp://mail.example?name=[192.0.2.7]', '[192.0.2.7]'],
])('the name of the client is %s', (_, url, name) => expect(parseSmtpUrl(url).name).toBe(name))

describe('user and password', () => {
  const target = parseSmtpUrl('smtps://me%40here:p%2Fw%3A%25@mail.example')

  test('are percent-decoded', () => expect(target.login).toEqual({ user: 'me@here', password: 'p/w:%' }))
  test('are shown without the password', () => expect(target.shown).toBe('smtps://me%40here:***@mail.example:465'))
  test('are secret in both spellings', () => expect(target.secrets).toEqual(['p/w:%', 'p%2Fw%3A%25']))
  test('are absent where there are none', () => expect(parseSmtpUrl('smtp://mail.example').secrets).toEqual([]))
})

describe('wrong URLs', () => {
  test.each([
    ['an empty text', '', 'is no URL'],
    ['a bare host', 'mail.example:25', 'is no URL'],
    ['another scheme', 'http://mail.example', 'is no URL of a mail server'],
    ['no host', 'smtp://', 'no host'],
    ['a host of odd characters', 'smtp://ma!l', 'no host'],
    ['port 0', 'smtp://mail.example:0', 'port 0'],
    ['a path', 'smtp://mail.example/x', 'more than a host'],
    ['a user without a password', 'smtp://u@mail.example', 'without a password, or a password without'],
    ['a password without a user', 'smtp://:s3cret@mail.example', 'without a password, or a password without'],
    ['a slash in the password', 'smtp://u:s3cret/x@mail.example', 'percent-encoded'],
    ['a question mark in a password of digits', 'smtp://u:123?s3cret@mail.example', 'percent-encoded'],
    ['a number sign in a password of digits', 'smtp://u:123#s3cret@mail.example', 'percent-encoded'],
    ['a bare percent sign', 'smtp://u:s3cret%@mail.example', '%25'],
    ['an encoded line break in the password', 'smtp://u:s3cret%0a@mail.example', 'control characters'],
    ['a misspelt parameter', 'smtp://u:s3cret@mail.example?tsl=none', 'write tls'],
    ['a parameter like nothing known', 'smtp://u:s3cret@mail.example?pool=1', 'write ca or tls'],
    ['a misspelt value', 'smtp://u:s3cret@mail.example?tls=unverifed', 'write unverified'],
    ['a parameter given twice', 'smtp://mail.example?ca=a&ca=b', 'more than once'],
    ['an empty CA', 'smtp://mail.example?ca=', 'write ?ca=FILE'],
    ['a password in clear', 'smtp://u:s3cret@mail.example?tls=none', 'password over a network in clear'],
    ['smtps without TLS', 'smtps://mail.example?tls=none', 'write smtp://'],
    ['a CA that is not asked', 'smtp://mail.example?ca=a&tls=unverified', 'contradict'],
    ['a CA without TLS', 'smtp://mail.example?ca=a&tls=none', 'contradict'],
    ['a name that a host cannot have', 'smtp://mail.example?name=my%20host', "write this host's whole name"],
    ['a name that is more than one line', 'smtp://mail.example?name=a%0d%0aRCPT', "write this host's whole name"],
    ['an empty name', 'smtp://mail.example?name=', "write this host's whole name"],
    ['smtp on the port of smtps', 'smtp://mail.example:465', 'write smtps://'],
  ])('%s is refused in words, without the password', (_, url, words) => {
    expect(() => parseSmtpUrl(url)).toThrow(UsageError)
    expect(() => parseSmtpUrl(url)).toThrow(words)
    expect(() => parseSmtpUrl(url)).not.toThrow('s3cret')
  })
})
