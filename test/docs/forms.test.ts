import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'

const FOLDER = fileURLToPath(new URL('../../.github/ISSUE_TEMPLATE/', import.meta.url))
const names = readdirSync(FOLDER).filter((name) => name !== 'config.yml')

interface Form {
  readonly name?: string
  readonly description?: string
  readonly body?: readonly Field[]
}

interface Field {
  readonly type: string
  readonly id?: string
  readonly attributes: { readonly label?: string; readonly value?: string; readonly options?: readonly unknown[] }
}

/** @see https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema */
describe.each(names)('the form %s', (name) => {
  const form = load(readFileSync(join(FOLDER, name), 'utf8')) as Form
  const fields = form.body?.filter(({ type }) => type !== 'markdown') ?? []

  test('has a name, a description and fields', () =>
    expect([form.name, form.description, fields.length]).toEqual([
      expect.any(String),
      expect.any(String),
      expect.toSatisfy((count: number) => count > 0),
    ]))

  test('has fields that the host knows, each with a label', () => {
    const strange = fields.filter(
      ({ type, attributes }) =>
        !['textarea', 'input', 'dropdown', 'checkboxes'].includes(type) || attributes.label === undefined,
    )
    expect(strange).toEqual([])
  })

  test('calls no two fields the same', () => {
    const ids = fields.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)])
  })

  test('offers words only where one can choose', () => {
    const choices = fields.flatMap(({ attributes }) => attributes.options ?? [])
    expect(choices.filter((choice) => typeof choice !== 'string')).toEqual([])
  })
})
