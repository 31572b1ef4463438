// Loaded before the command: notes what that loads, and writes it to the file of LOADED when it ends.
const fs = require('node:fs')
const Module = require('node:module')

const before = new Set(process.moduleLoadList)
const files = new Set()
for (const ending of ['.js', '.cjs', '.json', '.node']) {
  const load = Module._extensions[ending] ?? Module._extensions['.js']
  Module._extensions[ending] = (module, path) => {
    files.add(path)
    return load(module, path)
  }
}
process.on('exit', () => {
  const builtins = process.moduleLoadList.filter((name) => name.startsWith('NativeModule ') && !before.has(name))
  const loaded = {
    files: [...files],
    builtins: builtins.map((name) => name.slice('NativeModule '.length)),
  }
  fs.writeFileSync(process.env.LOADED, JSON.stringify(loaded))
})
