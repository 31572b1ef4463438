import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeJobScene } from '../support/jobs.ts'

test.skipIf(!existsSync('/dev/full'))('output that cannot go on makes the run a failed one', async () => {
  const { shell, rows } = makeJobScene()
  const { code, stderr } = await shell('exec n -- echo data >/dev/full')
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^lastalive: some of the command's output is lost: ENOSPC/)])
  expect(rows()).toMatchObject([
    { exit_code: 0, outcome: 'fail', message: expect.stringMatching(/output is lost: ENOSPC/) },
  ])
})

test('what a command is set by the word before it is neither stored nor shown', async () => {
  const { exec, rows } = makeJobScene()
  const { code, stderr } = await exec(['n', '--', 'PGPASSWORD=hunter2', 'pg_dump', 'app'])
  const words = 'cannot run PGPASSWORD=…: write env before it: exec NAME -- env PGPASSWORD=… COMMAND'
  expect([code, stderr]).toEqual([127, `lastalive: ${words}\n`])
  expect(rows()).toMatchObject([{ exit_code: 127, message: words }])
})
