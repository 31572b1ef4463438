import { expect, test } from 'vitest'
import { configJsonSchema } from '../../build/json-schema.ts'

test('describes what an editor completes', async () => {
  const schema = await configJsonSchema()
  expect(schema).toMatchObject({
    type: 'object',
    additionalProperties: false,
    patternProperties: { '^x-': {} },
    required: ['checks'],
    properties: {
      timezone: { type: 'string' },
      databases: {
        additionalProperties: {
          anyOf: [{ type: 'string' }, { properties: { url: { type: 'string' } }, additionalProperties: false }],
        },
      },
      checks: {
        propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
        additionalProperties: {
          additionalProperties: false,
          required: ['database'],
          properties: {
            critical: { anyOf: [{ type: 'string' }, { type: 'number' }] },
            params: { description: 'what is bound to the parameters of query or rows' },
            missing: { enum: ['ok', 'unknown', 'warning', 'critical'] },
          },
        },
      },
    },
  })
})

test('knows nothing that a file may not hold', async () => {
  expect(Object.keys(Object(await configJsonSchema()).properties).toSorted()).toEqual([
    'checks',
    'concurrency',
    'databases',
    'defaults',
    'healthchecks',
    'instance',
    'notifiers',
    'timezone',
  ])
})
