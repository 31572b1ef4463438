/** Loads the bundle by code that was compiled before, as Node does it by itself where it can. */
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs')
const nodeModule = require('node:module')
const { basename, dirname, join } = require('node:path')
const { arch, pid, versions } = require('node:process')
const vm = require('node:vm')

/** What is older was for a version that is gone. */
const KEPT_MS = 30 * 24 * 60 * 60_000

/**
 * Loads a file of the bundle, and what that asks for.
 *
 * @param file its absolute path
 * @param directory where compiled code is kept; nobody else may be able to write there
 * @returns what it exports; and `keep`, which keeps what had to be compiled for the next time, and says nothing where
 *   that is not possible
 */
exports.loadCompiled = (file, directory) => {
  if (nodeModule.enableCompileCache !== undefined) {
    nodeModule.enableCompileCache(directory)
    return { exports: require(file), keep: () => {} }
  }
  // Node 20 has no such thing.
  const compiled = []
  return { exports: load(file, { directory, compiled }), keep: () => keepAll(compiled, directory) }
}

function load(file, kept) {
  const { size, mtimeMs } = statSync(file)
  const path = join(kept.directory, `${basename(file)}-${size}-${mtimeMs}-${versions.v8}-${arch}`)
  const cachedData = readKept(path)
  const script = new vm.Script(nodeModule.wrap(readFileSync(file, 'utf8')), {
    filename: file,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  if (cachedData === undefined || script.cachedDataRejected) kept.compiled.push({ script, path })
  const inPlace = nodeModule.createRequire(file)
  const requireFrom = (id) => (id.startsWith('./') ? load(join(dirname(file), id), kept) : inPlace(id))
  const loaded = { exports: {} }
  script.runInThisContext()(loaded.exports, requireFrom, loaded, file, dirname(file))
  return loaded.exports
}

function readKept(path) {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

function keepAll(compiled, directory) {
  if (compiled.length === 0) return
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    for (const { script, path } of compiled) {
      const unfinished = `${path}.${pid}`
      writeFileSync(unfinished, script.createCachedData(), { mode: 0o600, flush: true })
      renameSync(unfinished, path)
    }
    forgetOld(directory)
  } catch {
    // A disk that is full, or no home: the next one compiles again.
  }
}

/** What an update has replaced, and what a killed run has left unfinished. */
function forgetOld(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isFile() && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { force: true })
  }
}
