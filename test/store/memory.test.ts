import { createMemoryStore } from '../../src/store/memory.ts'
import { describeStore } from './conformance.ts'

describeStore('a store in memory', () => {
  const store = createMemoryStore()
  return { open: async () => store, exclusive: false }
})
