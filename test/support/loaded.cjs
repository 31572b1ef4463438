// Loaded before the command: notes what that loads, and writes it to the file of LOADED when it ends.
const fs = require('node:fs')
const Module = require('node:module')
const { Script } = require('node:vm')

const before = new Set(process.moduleLoadList)
const files = new Set()
const { readFileSync } = fs
fs.readFileSync = (path, ...options) => {
  if (typeof path === 'string' && /\.(?:c?js|json)$/.test(path)) files.add(path)
  return readFileSync(path, ...options)
}
for (const ending of ['.js', '.node']) {
  const load = Module._extensions[ending]
  Module._extensions[ending] = (module, path) => {
    files.add(path)
    return load(module, path)
  }
}
// The bundle says itself which of its chunks have been run.
let chunks = () => []
const { runInThisContext } = Script.prototype
Script.prototype.runInThisContext = function (...options) {
  const load = runInThisContext.apply(this, options)
  return (exports, require, module, ...place) => {
    load(exports, require, module, ...place)
    chunks = module.exports.chunks ?? chunks
  }
}
process.on('exit', () => {
  const builtins = process.moduleLoadList.filter((name) => name.startsWith('NativeModule ') && !before.has(name))
  const loaded = {
    files: [...files],
    chunks: chunks(),
    builtins: builtins.map((name) => name.slice('NativeModule '.length)),
  }
  fs.writeFileSync(process.env.LOADED, JSON.stringify(loaded))
})
