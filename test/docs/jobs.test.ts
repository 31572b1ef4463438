import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { JOB_CASES } from '../core/judge/job-cases.ts'

const PAGE = fileURLToPath(new URL('../../docs/jobs-judging.md', import.meta.url))
const HEADING = '## What Healthchecks would say\n'

/** What differs, under the reason why. */
function differences(): string {
  const cases = JOB_CASES.flatMap(({ title, cases }) => cases.map((one) => ({ ...one, title })))
  const reasons = [...new Set(cases.flatMap(({ why }) => why ?? []))]
  return reasons
    .map((reason) => {
      const rows = cases
        .filter(({ why }) => why === reason)
        .map(({ title, what, is, healthchecks }) => `| ${title}: ${what} | ${is} | ${healthchecks} |`)
      return `${reason}\n\n| what happened | lastalive | Healthchecks |\n|---|---|---|\n${rows.join('\n')}\n`
    })
    .join('\n')
}

test('docs/jobs-judging.md names each case in which Healthchecks says something else', async () => {
  const all = JOB_CASES.flatMap(({ cases }) => cases)
  const [head = ''] = readFileSync(PAGE, 'utf8').split(HEADING)
  const different = all.filter(({ why }) => why !== undefined).length
  const about = `What is said here was written down for ${all.length} cases before it was built. In ${different} of them Healthchecks, by the rules of its code,
says something else. Its API calls late \`grace\`. A check there always has a period and a grace. What follows is made from those cases.
`
  await expect(`${head}${HEADING}\n${about}\n${differences()}`).toMatchFileSnapshot(
    join('..', '..', 'docs', 'jobs-judging.md'),
  )
})
