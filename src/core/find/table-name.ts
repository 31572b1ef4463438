const PART = /"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^."`][^.]*)/g

/** Splits a table's name: `app.beats`, or `"my.app".beats` for a schema with a dot. Any other text is one name. */
export function partsOfTable(written: string): readonly string[] {
  const parts = [...written.matchAll(PART)]
  const isWhole = parts.map(([part]) => part).join('.') === written
  if (!isWhole) return [written]
  return parts.map(
    ([, double, back, bare = '']) => double?.replaceAll('""', '"') ?? back?.replaceAll('``', '`') ?? bare,
  )
}
