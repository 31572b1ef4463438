/**
 * Says whether what is here may be released, and what to type then. It publishes, tags and changes nothing itself.
 *
 *     npm run release
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'))
const tag = `v${version}`

/** The cheapest first; each is what is wrong, or nothing. */
const QUESTIONS = [whatIsNotCommitted, whatIsTagged, whatTheChangelogLacks, whatTheLintersFind, whatTheTestsFind]

for (const question of QUESTIONS) {
  const problem = question()
  if (problem === undefined) continue
  process.stderr.write(`release: ${problem}\n`)
  process.exit(1)
}
process.stdout.write(`
${name} ${version} may be released. Run .ci/run on a clean clone first, then type:

    git tag -a ${tag} -m '${name} ${version}'
    git push --follow-tags
    npm publish
`)

function whatIsNotCommitted() {
  const changed = output('git', ['status', '--porcelain'])
  return changed === '' ? undefined : `these files are not committed; commit or remove them:\n${changed}`
}

function whatIsTagged() {
  if (output('git', ['tag', '--list', tag]) === '') return undefined
  return `${version} is released already; type: npm version --no-git-tag-version minor`
}

function whatTheChangelogLacks() {
  const [, newest] = /^## (.*)$/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? []
  if (newest?.startsWith(`${version} - `) && /- \d{4}-\d\d-\d\d$/.test(newest)) return undefined
  const today = new Date().toISOString().slice(0, 10)
  return `the first section of CHANGELOG.md is "${newest}"; call it "${version} - ${today}", or change the version in package.json`
}

function whatTheLintersFind() {
  return succeeds('npm', ['run', 'lint']) ? undefined : 'the linters have found something: npm run lint'
}

function whatTheTestsFind() {
  return succeeds('npm', ['test']) ? undefined : 'a test fails: npm test'
}

function output(program, words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8' })
  if (status === 0) return stdout.trimEnd()
  process.stderr.write(`release: ${program} ${words.join(' ')}: ${error?.message ?? stderr.trim()}\n`)
  return process.exit(1)
}

function succeeds(program, words) {
  return spawnSync(program, words, { stdio: 'inherit' }).status === 0
}
