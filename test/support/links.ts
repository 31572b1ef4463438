import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const LEFT_OUT = ['node_modules', 'dist', '.git', '.stryker']

/** The Markdown files below a folder, also those in hidden folders. */
export function markdownFiles(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return LEFT_OUT.includes(entry.name) ? [] : markdownFiles(root, path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

/**
 * What the links of a Markdown file lead to and is not there: a file, a folder, or a heading.
 *
 * @returns one line each, `page: link`; links to other hosts are not followed
 */
export function deadLinks(root: string, page: string): readonly string[] {
  const links = [...withoutCode(readFileSync(join(root, page), 'utf8')).matchAll(/\]\(<?([^)\s>]+)>?\)/g)]
  return links
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link) && !isThere(root, page, link))
    .map((link) => `${page}: ${link}`)
}

function isThere(root: string, page: string, link: string): boolean {
  const [file = '', heading] = link.split('#')
  const path = file === '' ? join(root, page) : resolve(root, dirname(page), file)
  if (relative(root, path).startsWith('..') || !existsSync(path)) return false
  if (statSync(path).isDirectory()) return heading === undefined
  return heading === undefined || anchorsOf(readFileSync(path, 'utf8')).includes(heading)
}

/** The anchors of the headings of a page, as GitHub makes them. */
function anchorsOf(text: string): readonly string[] {
  const headings = [...withoutBlocks(text).matchAll(/^#{1,6} +(.*?) *#*$/gm)].map(([, words = '']) => anchorOf(words))
  return headings.map((anchor, i) => {
    const earlier = headings.slice(0, i).filter((one) => one === anchor).length
    return earlier === 0 ? anchor : `${anchor}-${earlier}`
  })
}

function anchorOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^ *(`{3,})[^\n]*\n[\s\S]*?^ *\1`* *$/gm, '')
}

/** What stands in code, such as a pattern in SQL, is no link. */
function withoutCode(text: string): string {
  return withoutBlocks(text).replaceAll(/`[^`\n]*`/g, '')
}
