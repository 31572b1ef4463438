import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { deadLinks, markdownFiles } from '../support/links.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = markdownFiles(ROOT)

test('sees the pages', () =>
  expect(PAGES).toEqual(
    expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/README.md', 'docs/telling.md', 'test/README.md']),
  ))

test.each(PAGES)('each link of %s leads to a file and a heading that are there', (page) =>
  expect(deadLinks(ROOT, page)).toEqual([]),
)

test('each page of docs/ is in the index', () => {
  const index = readFileSync(join(ROOT, 'docs/README.md'), 'utf8')
  const pages = PAGES.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md')
  expect(pages.filter((page) => !index.includes(`](${page.slice('docs/'.length)}`))).toEqual([])
})

describe('a link', () => {
  const dead = (text: string): readonly string[] => {
    const dir = mkdtempSync(join(tmpdir(), 'lastalive-links-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    mkdirSync(join(dir, 'docs'))
    writeFileSync(
      join(dir, 'docs/there.md'),
      '# What `--url` takes\n\n## Twice\n\n```sh\n# No heading\n```\n\n## Twice\n',
    )
    writeFileSync(join(dir, 'page.md'), `# Page\n\n${text}\n`)
    return deadLinks(dir, 'page.md')
  }

  test.each([
    ['a file', '[a](docs/there.md)'],
    ['a folder', '[a](docs/)'],
    ['a heading', '[a](docs/there.md#what---url-takes)'],
    ['a heading that is there twice', '[a](docs/there.md#twice-1)'],
    ['a heading of its own page', '[a](#page)'],
    ['another host', '[a](https://example.org/none.md)'],
    ['nothing, as code', '`[a](none.md)`'],
    ['nothing, in a block of code', '```sh\n[a](none.md)\n```'],
  ])('to %s is alive', (_, text) => expect(dead(text)).toEqual([]))

  test.each([
    ['a file that is not there', '[a](docs/none.md)', 'docs/none.md'],
    ['a heading that is not there', '[a](docs/there.md#none)', 'docs/there.md#none'],
    ['a comment in a block of code', '[a](docs/there.md#no-heading)', 'docs/there.md#no-heading'],
    ['a third heading where there are two', '[a](docs/there.md#twice-2)', 'docs/there.md#twice-2'],
    ['a heading of a folder', '[a](docs/#page)', 'docs/#page'],
    ['what lies outside', '[a](../)', '../'],
  ])('to %s is dead', (_, text, link) => expect(dead(text)).toEqual([`page.md: ${link}`]))
})
