import { openStore } from '../../src/setup/open-store.ts'
import { describeStore } from './conformance.ts'

describeStore('a store in memory', () => {
  const store = openStore({ kind: 'memory', path: '' })
  return { open: () => store, exclusive: false }
})
