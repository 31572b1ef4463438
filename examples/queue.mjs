// How many jobs wait in a folder.
import { readdir } from 'node:fs/promises'

export async function read({ folder }) {
  const names = await readdir(folder)
  return { kind: 'amount', value: names.filter((name) => name.endsWith('.job')).length }
}
