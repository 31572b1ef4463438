import { describe, expect, test } from 'vitest'
import { translate } from '../../../src/cli/options/pgsql.ts'

const NUMBER = { query: 'SELECT count(*) FROM t', measure: 'number' }

describe('a URL is made of', () => {
  test.each([
    ['a host', { hostname: 'db' }, 'postgresql://db/'],
    ['a host and a port', { hostname: 'db', port: '5433' }, 'postgresql://db:5433/'],
    ['an address', { hostname: '::1', port: '5433' }, 'postgresql://[::1]:5433/'],
    ['a directory', { hostname: '/run/pg', database: 'mail' }, 'postgresql:///mail?host=%2Frun%2Fpg'],
    ['a directory and a port', { hostname: '/run/pg', port: '5433' }, 'postgresql:///?host=%2Frun%2Fpg&port=5433'],
    ['a database', { database: 'mail' }, 'postgresql:///mail'],
    ['a user', { hostname: 'db', logname: 'watch' }, 'postgresql://watch@db/'],
    [
      'a password with all that a URL minds',
      { hostname: 'db', logname: 'w@x', password: 'p:/@?#%' },
      'postgresql://w%40x:p%3A%2F%40%3F%23%25@db/',
    ],
  ])('%s', (_, place, url) => expect(translate([], { ...place, key: ['a'] }).options).toEqual({ url, key: ['a'] }))
})

test('a database alone is a connection, and its limits are those of the response', () =>
  expect(translate([], { hostname: 'db', warning: '2', critical: '8' })).toEqual({
    names: [],
    isQuiet: false,
    options: {
      url: 'postgresql://db/',
      name: 'connection',
      query: 'SELECT 1',
      measure: 'number',
      critical: '~:',
      responseWarning: '2',
      responseCritical: '8',
    },
  }))

describe('a query is a number', () => {
  test.each([
    ['with limits', { queryWarning: '10', queryCritical: '20' }, { warning: '10', critical: '20' }],
    ['with one', { queryCritical: '@5:7' }, { critical: '@5:7' }],
    ['without one, so that any will do', {}, { critical: '~:' }],
    [
      'whose response has limits',
      { warning: '1', critical: '2' },
      { critical: '~:', responseWarning: '1', responseCritical: '2' },
    ],
  ])('%s', (_, limits, expected) =>
    expect(translate([], { quiet: NUMBER.query, ...limits }).options).toEqual({ ...NUMBER, ...expected }),
  )

  test('by --query as well, with -W or -C', () =>
    expect(translate([], { query: NUMBER.query, queryWarning: '10' }).options).toEqual({ ...NUMBER, warning: '10' }))

  test('but not by --query alone, which is ours', () =>
    expect(translate([], { query: 'SELECT max(seen) FROM t', warning: '5m' }).options).toEqual({
      query: 'SELECT max(seen) FROM t',
      warning: '5m',
    }))
})

describe('-q', () => {
  test('alone is quiet', () =>
    expect(translate(['mdx'], { quiet: true })).toEqual({ names: ['mdx'], options: {}, isQuiet: true }))
  test('before SQL without a space is none', () =>
    expect(translate([], { quiet: 'SELECT(1)' })).toMatchObject({ options: { query: 'SELECT(1)' }, isQuiet: false }))
  test('before a name with a star is quiet', () =>
    expect(translate([], { quiet: 'mdx-*.a' })).toMatchObject({ names: ['mdx-*.a'], isQuiet: true }))
  test('before a name is quiet as well', () =>
    expect(translate(['sent'], { quiet: 'mdx' })).toEqual({ names: ['mdx', 'sent'], options: {}, isQuiet: true }))
})

test.each([
  ['--url and -H', { url: 'x', hostname: 'db' }, '--url and -H'],
  ['-q and --query', { quiet: 'SELECT 1', query: 'SELECT 1' }, '-q and --query'],
  ['-W without a query', { hostname: 'db', queryWarning: '1' }, 'add -q SQL'],
  ['-W without anything', { queryWarning: '1' }, 'add -q SQL'],
  ['a port that is none', { hostname: 'db', port: 'http' }, '-P is not a port'],
  ['a password without a user', { hostname: 'db', password: 'x' }, '-p needs a user; add -l USER'],
])('%s is refused', (_, options, words) => expect(() => translate([], options)).toThrow(words))
