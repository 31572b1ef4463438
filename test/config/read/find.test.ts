import { join } from 'node:path'
import { expect, test } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import { NOTIFIERS, SOURCES } from '../../../src/setup/kinds.ts'
import { loadConfig, withCheck, writeFiles } from './written.ts'

const named = (instance: string) => withCheck('{ database: mail, key: k, critical: 10m }', `instance: ${instance}`)

const FILES = {
  'option.yaml': named('by-option'),
  'variable.yaml': named('by-variable'),
  'xdg/lastalive/lastalive.yaml': named('by-xdg'),
  'home/.config/lastalive/lastalive.yaml': named('by-home'),
}

test.each([
  ['--config before all', { config: 'option.yaml', variable: 'variable.yaml', xdg: 'xdg' }, 'by-option'],
  ['LASTALIVE_CONFIG before the usual places', { variable: 'variable.yaml', xdg: 'xdg' }, 'by-variable'],
  ['XDG_CONFIG_HOME before HOME', { xdg: 'xdg' }, 'by-xdg'],
  ['HOME', {}, 'by-home'],
])(
  'goes by %s',
  async (_, { config, variable, xdg }: { config?: string; variable?: string; xdg?: string }, instance) => {
    const directory = writeFiles(FILES)
    const loaded = await loadConfig({
      notifierLines: NOTIFIERS,
      sourceLines: SOURCES,
      ...(config === undefined ? {} : { config: join(directory, config) }),
      env: {
        HOME: join(directory, 'home'),
        ...(variable === undefined ? {} : { LASTALIVE_CONFIG: join(directory, variable) }),
        ...(xdg === undefined ? {} : { XDG_CONFIG_HOME: join(directory, xdg) }),
      },
    })
    expect(loaded.instance).toBe(instance)
  },
)

test('takes a relative XDG_CONFIG_HOME for none', async () => {
  const env = { HOME: join(writeFiles(FILES), 'home'), XDG_CONFIG_HOME: 'xdg' }
  expect((await loadConfig({ env, notifierLines: NOTIFIERS, sourceLines: SOURCES })).instance).toBe('by-home')
})

test.each([
  ['an empty --config', { config: '', env: {} }, '--config is empty; write the path of a file'],
  [
    'an empty LASTALIVE_CONFIG',
    { env: { LASTALIVE_CONFIG: '' } },
    'LASTALIVE_CONFIG is empty; write the path of a file',
  ],
  [
    'a --config that is not there',
    { config: '/no/such', env: {} },
    '/no/such: there is no such file; --config names it',
  ],
  [
    'no configuration at all',
    { env: { HOME: '/no/home' } },
    'there is no configuration at /no/home/.config/lastalive/lastalive.yaml or /etc/lastalive/lastalive.yaml; ' +
      'write one of them, name one with --config FILE, or name a database with --url',
  ],
])('refuses %s', async (_, options, message) => {
  await expect(loadConfig({ ...options, notifierLines: NOTIFIERS, sourceLines: SOURCES })).rejects.toThrow(
    new UsageError(message),
  )
})

test('goes no further than a file that it may not use', async () => {
  const directory = writeFiles({ 'home/.config/lastalive/lastalive.yaml': '- a' })
  await expect(
    loadConfig({ env: { HOME: join(directory, 'home') }, notifierLines: NOTIFIERS, sourceLines: SOURCES }),
  ).rejects.toMatchObject({
    code: 'CONFIG',
  })
})
