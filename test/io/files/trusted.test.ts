import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { whyUntrusted } from '../../../src/io/files/trusted.ts'

const isRoot = process.getuid?.() === 0

let dir: string
let file: string
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'lastalive-trusted-')))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  mkdirSync(join(dir, 'folder'), { mode: 0o755 })
  file = join(dir, 'folder/program')
  writeFileSync(file, '', { mode: 0o755 })
  symlinkSync('folder/program', join(dir, 'link'))
})

test('what is ours in a sticky folder of root is trusted, also by a link', async () => {
  expect(await whyUntrusted(file)).toBeUndefined()
  expect(await whyUntrusted(join(dir, 'link'))).toBeUndefined()
  expect(await whyUntrusted('/bin/sh')).toBeUndefined()
})

test.each([
  ['the file', 'folder/program', 0o775],
  ['the file, by everybody', 'folder/program', 0o757],
  ['its folder', 'folder', 0o775],
  ['its folder, by everybody', 'folder', 0o777],
  ['a sticky folder of ours above it', '', 0o777],
])('is refused where others can write %s', async (_, name, mode) => {
  const path = join(dir, name)
  chmodSync(path, mode)
  const why = `${path.replace(/\/$/, '')} can be written by others; run: chmod go-w ${path.replace(/\/$/, '')}`
  for (const way of [file, join(dir, 'link')]) expect(await whyUntrusted(way)).toEqual({ kind: 'distrusted', why })
})

describe.skipIf(!isRoot)('of somebody else (root only)', () => {
  test.each([
    ['the file', 'folder/program'],
    ['the folder', 'folder'],
  ])('%s is refused', async (_, name) => {
    chownSync(join(dir, name), 1234, 1234)
    expect(await whyUntrusted(file)).toMatchObject({
      kind: 'distrusted',
      why: expect.stringContaining('belongs to user 1234'),
    })
  })

  test('a link is refused, and so is what lies in a sticky folder that is not root’s', async () => {
    const { lchownSync } = await import('node:fs')
    lchownSync(join(dir, 'link'), 1234, 1234)
    expect(await whyUntrusted(join(dir, 'link'))).toMatchObject({ why: `${dir}/link is a link of user 1234` })
    chownSync(dir, 1234, 1234)
    chmodSync(dir, 0o1777)
    expect(await whyUntrusted(file)).toMatchObject({ kind: 'distrusted' })
  })
})

test.each([
  ['nothing', 'none', { kind: 'absent', why: 'there is no DIR/none' }],
  ['a file as a folder', 'folder/program/x', { kind: 'absent', why: 'there is no DIR/folder/program/x' }],
  ['a folder', 'folder', { kind: 'distrusted', why: 'DIR/folder is not a regular file' }],
  ['links in a circle', 'round', { kind: 'distrusted', why: 'the links at DIR/round lead in a circle' }],
])('%s is not run', async (_, name, wrong) => {
  symlinkSync('round', join(dir, 'round'))
  expect(await whyUntrusted(join(dir, name))).toEqual({ ...wrong, why: wrong.why.replace('DIR', dir) })
})
