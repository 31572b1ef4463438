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
        propertyNames: { pattern: '^([A-Za-z0-9]|\\{each\\})([A-Za-z0-9._-]|\\{each\\}){0,63}$' },
        additionalProperties: {
          anyOf: expect.arrayContaining([
            expect.objectContaining({
              additionalProperties: false,
              required: ['database'],
              properties: expect.objectContaining({
                critical: expect.objectContaining({ anyOf: [{ type: 'string' }, { type: 'number' }] }),
                foreach: expect.objectContaining({
                  anyOf: [
                    { type: 'array', items: expect.objectContaining({ type: 'string' }) },
                    expect.objectContaining({ properties: { file: expect.objectContaining({ type: 'string' }) } }),
                  ],
                }),
                params: expect.objectContaining({ description: 'what is bound to the parameters of query or rows' }),
                missing: expect.objectContaining({ enum: ['ok', 'unknown', 'warning', 'critical'] }),
              }),
            }),
          ]),
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
    'jobs',
    'notifiers',
    'timezone',
  ])
})
