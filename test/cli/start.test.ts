import { userInfo } from 'node:os'
import { expect, test } from 'vitest'
import { homeOf, userNameOf } from '../../src/cli/start.ts'

test.each([
  ['is what HOME says', { HOME: '/home/a' }, '/home/a'],
  ['is that of the user where HOME is no absolute path', { HOME: 'a' }, userInfo().homedir],
  ['is that of the user where there is no HOME', {}, userInfo().homedir],
])('the home %s', (_, env, home) => expect(homeOf(env)).toBe(home))

test('the name is that of the user, whatever the environment says', () => {
  expect(userNameOf({ USER: 'somebody', LOGNAME: 'else' })).toBe(userInfo().username)
})
