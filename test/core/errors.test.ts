import { describe, expect, test } from 'vitest'
import {
  ConfigError,
  DriverMissingError,
  errorCode,
  errorMessage,
  FaultError,
  LastaliveError,
  StateError,
  UsageError,
} from '../../src/core/errors.ts'
import type { Fault } from '../../src/core/types.ts'

const cause = new Error('of it all')
const fault: Fault = { kind: 'denied', scope: 'check', message: 'no permission', cure: 'grant it' }

test.each<[string, LastaliveError, string, string, object]>([
  ['a wrong call', new UsageError('no such command', { cause }), 'USAGE', 'no such command', {}],
  ['a wrong configuration', new ConfigError(['a', 'b'], { cause }), 'CONFIG', 'a\nb', { problems: ['a', 'b'] }],
  [
    'a missing driver',
    new DriverMissingError('pg', 'pg is not installed', { cause }),
    'DRIVER_MISSING',
    'pg is not installed',
    { packageName: 'pg' },
  ],
  ['a source that does not answer', new FaultError(fault, { cause }), 'FAULT', 'no permission', { fault }],
  [
    'a state that cannot be kept',
    new StateError('cannot write', { cause, path: '/var/lib/x' }),
    'STATE',
    'cannot write',
    { path: '/var/lib/x' },
  ],
])('%s has a code, words, its cause, and what it is about', (_, error, code, message, about) => {
  expect(error).toBeInstanceOf(LastaliveError)
  expect(error).toMatchObject({ code, message, cause, ...about })
})

describe('the code of an error', () => {
  test.each<[string, unknown, string]>([
    ['of Node', Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT'],
    ['of ours', new UsageError('x'), 'USAGE'],
    ['that is no error', { code: '28P01' }, '28P01'],
    ['without one is nothing', new Error('x'), ''],
    ['that is a number is nothing', { code: 5 }, ''],
    ['that is null is nothing', null, ''],
    ['that is undefined is nothing', undefined, ''],
    ['that is a text is nothing', 'ENOENT', ''],
  ])('%s', (_, error, code) => expect(errorCode(error)).toBe(code))
})

describe('the message of', () => {
  test.each<[string, unknown, string]>([
    ['an error', new Error('refused'), 'refused'],
    ['an error of many lines is one', new Error(' a\n\tb \r\n c\n'), 'a b c'],
    ['a text', 'refused', 'refused'],
    ['nothing at all', undefined, 'undefined'],
  ])('%s', (_, error, message) => expect(errorMessage(error)).toBe(message))
})

test.each<[string, unknown, string]>([
  ['an error', new Error('of two\n  lines'), 'of two lines'],
  ['a text', 'text', 'text'],
  ['nothing', undefined, 'undefined'],
  ['an object without a prototype', Object.create(null), 'something without words was thrown'],
  ['an error whose message is no text', Object.assign(new Error(), { message: 7 }), '7'],
  [
    'what throws when it is asked',
    {
      toString: () => {
        throw new Error('no')
      },
    },
    'something without words was thrown',
  ],
])('%s that was thrown has a message', (_, thrown, message) => expect(errorMessage(thrown)).toBe(message))
