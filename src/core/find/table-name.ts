const PART = /"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^."`][^.]*)/g

/**
 * The parts of a table's name, its schema before it: `app.beats`, or, where a dot is part of a name, `"my.app".beats`.
 * What is no such thing is one name as it stands.
 */
export function partsOfTable(written: string): readonly string[] {
  const parts = [...written.matchAll(PART)]
  const isWhole = parts.map(([part]) => part).join('.') === written
  if (!isWhole) return [written]
  return parts.map(
    ([, double, back, bare = '']) => double?.replaceAll('""', '"') ?? back?.replaceAll('``', '`') ?? bare,
  )
}
