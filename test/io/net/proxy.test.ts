import { expect, test } from 'vitest'
import { proxyFor } from '../../../src/io/net/proxy.ts'

const PROXY = { http_proxy: 'http://proxy:3128', https_proxy: 'http://proxy:3129' }
const through = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env)?.shown

test.each([
  ['nothing set', {}, undefined],
  ['http_proxy', { http_proxy: 'http://proxy:3128' }, 'proxy:3128'],
  ['no scheme', { http_proxy: 'proxy:3128' }, 'proxy:3128'],
  ['no port', { http_proxy: 'http://proxy' }, 'proxy:80'],
  ['a trailing slash', { http_proxy: 'http://proxy:3128/' }, 'proxy:3128'],
  ['an empty one', { http_proxy: '' }, undefined],
  ['large letters, which a CGI program is sent', { HTTP_PROXY: 'http://proxy:3128' }, undefined],
  ['that for https alone', { https_proxy: 'http://proxy:3128' }, undefined],
  ['a password, which is not shown', { http_proxy: 'http://me:geheim@proxy:3128' }, 'proxy:3128'],
])('a plain URL goes through what is named by %s', (_, env, shown) =>
  expect(through('http://shop.example.org/', env)).toBe(shown),
)

test.each([
  ['https_proxy', { https_proxy: 'http://proxy:3128' }, 'proxy:3128'],
  ['HTTPS_PROXY', { HTTPS_PROXY: 'http://proxy:3128' }, 'proxy:3128'],
  ['that for http alone', { http_proxy: 'http://proxy:3128' }, undefined],
])('an encrypted URL goes through what is named by %s', (_, env, shown) =>
  expect(through('https://shop.example.org/', env)).toBe(shown),
)

test.each([
  ['*', 'http://shop.example.org/', true],
  ['other.org,*', 'http://shop.example.org/', false],
  ['example.org', 'http://example.org/', true],
  ['example.org', 'http://shop.example.org/', true],
  ['.example.org', 'http://shop.example.org/', true],
  ['.example.org', 'http://example.org/', true],
  ['example.org.', 'http://shop.example.org/', true],
  ['example.org', 'http://shop.example.org./', true],
  ['example.org', 'http://badexample.org/', false],
  ['EXAMPLE.org', 'http://shop.Example.ORG/', true],
  ['other.org, example.org', 'http://shop.example.org/', true],
  ['other.org example.org', 'http://shop.example.org/', true],
  ['example.org:8080', 'http://shop.example.org:8080/', true],
  ['example.org:8080', 'http://shop.example.org/', false],
  ['example.org:80', 'http://shop.example.org/', true],
  ['example.org:443', 'https://shop.example.org/', true],
  ['192.0.2.1', 'http://192.0.2.1/', true],
  ['192.0.2.1', 'http://192.0.2.11/', false],
  ['2.1', 'http://192.0.2.1/', false],
  ['192.0.2.0/24', 'http://192.0.2.77:8080/', true],
  ['192.0.2.0/24', 'http://192.0.3.1/', false],
  ['192.0.2.0/99', 'http://192.0.2.1/', false],
  ['192.0.2.1:8080', 'http://192.0.2.1:8080/', true],
  ['192.0.2.1:8080', 'http://192.0.2.1/', false],
  ['::1', 'http://[::1]/', true],
  ['[::1]', 'http://[::1]:8080/', true],
  ['[::1]:8080', 'http://[::1]:8080/', true],
  ['[::1]:8080', 'http://[::1]/', false],
  ['2001:db8::/32', 'http://[2001:db8::7]/', true],
  ['2001:db8::/32', 'http://[2001:db9::7]/', false],
  ['', 'http://shop.example.org/', false],
  ['.', 'http://shop.example.org/', false],
  [',,', 'http://shop.example.org/', false],
])('no_proxy=%s, %s: direct is %s', (list, url, isDirect) => {
  expect(through(url, { ...PROXY, no_proxy: list }) === undefined).toBe(isDirect)
  expect(through(url, { ...PROXY, NO_PROXY: list }) === undefined).toBe(isDirect)
})

test('small letters come first', () => {
  expect(through('http://a.org/', { ...PROXY, no_proxy: 'b.org', NO_PROXY: '*' })).toBe('proxy:3128')
})

test('a login is sent as it is meant', () => {
  const proxy = proxyFor(new URL('http://a.org/'), { http_proxy: 'http://m%40e:ge%3Aheim@proxy' })
  expect(proxy?.authorization).toBe(`Basic ${btoa('m@e:ge:heim')}`)
})

test.each(['socks5://proxy:1080', 'https://proxy:443', 'http://', 'http://me:geheim@'])(
  '%s is no proxy, and is not shown',
  (http_proxy) =>
    expect(() => through('http://a.org/', { http_proxy })).toThrow(
      /^the variable http_proxy names no proxy; write http:\/\/host:port$/,
    ),
)
