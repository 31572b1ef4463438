import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeHands, SILENT } from '../support/hands.ts'
import { lastaliveAgain } from '../support/resident.ts'

describe('a silence where the configuration cannot be read', () => {
  async function makeBroken() {
    const scene = await makeHands({ mdx: {}, imports: {}, w10: {}, w2: {} })
    scene.beat(SILENT, 'mdx', 'w10', 'w2')
    await scene.run()
    const config = join(dirname(scene.path), 'other.yaml')
    writeFileSync(config, 'checks: [', { mode: 0o600 })
    const silence = (...words: readonly string[]) =>
      lastaliveAgain(['silence', ...words, '--for', '1h', '--state', scene.state], {
        env: { LASTALIVE_CONFIG: config },
      })
    return { config, silence }
  }

  test('what is open can be silenced all the same, and everything', async () => {
    const { silence } = await makeBroken()
    for (const name of ['mdx', 'w*', '*']) {
      expect(await silence(name)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`silenced ${name} until `),
        stderr: 'lastalive: the configuration cannot be read; lastalive validate says why\n',
      })
    }
  })

  test('also where --config names the file', async () => {
    const { silence, config } = await makeBroken()
    expect(await silence('mdx', '--config', config)).toMatchObject({ code: 0 })
    expect(await silence('imports', '--config', config)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('whether there is a check imports is not known'),
    })
  })

  test('but not where there is no file of the name that --config gives', async () => {
    const { silence } = await makeBroken()
    expect(await silence('mdx', '--config', '/nowhere/lastalive.yaml')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('/nowhere/lastalive.yaml: there is no such file'),
    })
  })

  test.each([
    ['imports', 'whether there is a check imports is not known'],
    ['--tag=night', 'whether a check has the tag night is not known'],
  ])('of %s nothing is known, and it says why', async (word, complaint) => {
    const { silence, config } = await makeBroken()
    const { code, stdout, stderr } = await silence(word)
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr.split('\n').slice(0, 2)).toEqual([
      `lastalive: ${complaint}: the configuration cannot be read`,
      expect.stringContaining(`lastalive: ${config}:1: `),
    ])
  })
})
