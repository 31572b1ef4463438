import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { runProgram } from '../support/command.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const [clone, home] = [
  mkdtempSync(join(tmpdir(), 'lastalive-release-')),
  mkdtempSync(join(tmpdir(), 'lastalive-home-')),
]
afterAll(() => {
  for (const folder of [clone, home]) rmSync(folder, { recursive: true, force: true })
})

const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', ...words], {
    cwd: clone,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
const commit = (): string => git('commit', '--quiet', '--all', '--allow-empty', '--message', 'Release')
/** npm keeps its logs in a home directory. */
const release = () => runProgram(['node', 'build/release.js'], { cwd: clone, env: { HOME: home } })

/** What `npm run lint` and `npm test` do in the clone: the real ones take minutes. */
function scripts(lint: string, tests: string): void {
  const path = join(clone, 'package.json')
  const description = JSON.parse(readFileSync(path, 'utf8'))
  const changed = { ...description, version: '9.8.7', scripts: { ...description.scripts, lint, test: tests } }
  writeFileSync(path, JSON.stringify(changed))
}

function changelog(heading: string): void {
  writeFileSync(join(clone, 'CHANGELOG.md'), `# Changelog\n\n## ${heading}\n\n- New\n\n## 9.8.6 - 2026-11-01\n`)
}

beforeAll(() => {
  execFileSync('git', ['clone', '--quiet', '--shared', ROOT, clone])
  copyFileSync(join(ROOT, 'build/release.js'), join(clone, 'build/release.js'))
  git('add', 'build/release.js')
  changelog('9.8.7 - 2026-11-29')
  scripts('echo linted', 'echo tested')
  commit()
  git('branch', 'ready')
})

beforeEach(() => {
  git('reset', '--quiet', '--hard', 'ready')
  git('clean', '--quiet', '--force')
})

test('says what to type where all is well, and does nothing of it', async () => {
  const before = git('for-each-ref')
  const { code, stdout, stderr } = await release()
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/linted[\s\S]*tested[\s\S]*git tag -a v9\.8\.7 [\s\S]*git push[\s\S]*npm publish\n$/)
  expect([git('for-each-ref'), git('status', '--porcelain')]).toEqual([before, ''])
})

test('is what npm run release does', () =>
  expect(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts.release).toBe('node build/release.js'))

test('refuses what is not committed', async () => {
  writeFileSync(join(clone, 'forgotten.txt'), '')
  await expectRefusal(/^release: these files are not committed; .*\n\?\? forgotten\.txt\n$/, '')
})

test('refuses a version that is tagged', async () => {
  git('tag', 'v9.8.7')
  onTestFinished(() => void git('tag', '--delete', 'v9.8.7'))
  await expectRefusal(/^release: 9\.8\.7 is released already; type: npm version /, '')
})

test.each([['Unreleased'], ['9.8.6 - 2026-11-29'], ['9.8.7'], ['9.8.7 - soon'], ['9.8.70 - 2026-11-29']])(
  'refuses a changelog that begins with %s',
  async (heading) => {
    changelog(heading)
    commit()
    await expectRefusal(/^release: the first section of CHANGELOG\.md is ".*"; call it "9\.8\.7 - \d{4}-\d\d-\d\d"/, '')
  },
)

test('refuses what the linters do not let pass', async () => {
  scripts('echo linted; exit 1', 'echo tested')
  commit()
  await expectRefusal(/release: the linters have found something: npm run lint\n$/, 'linted')
})

test('refuses what fails a test', async () => {
  scripts('echo linted', 'echo tested; exit 1')
  commit()
  await expectRefusal(/release: a test fails: npm test\n$/, 'tested')
})

/** It is refused with these words, after it came as far as this. */
async function expectRefusal(words: RegExp, reached: string): Promise<void> {
  const { code, stdout, stderr } = await release()
  expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([1, reached])
  expect(stderr).toMatch(words)
  expect(stdout).not.toContain('npm publish')
}
