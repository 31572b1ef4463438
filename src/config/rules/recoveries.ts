import { parseFailures } from '../../core/incident/failures.ts'
import { at, child, type Path, type Problem } from '../../core/shape/tree.ts'

/** Where so many bad runs of the last open an incident, fewer of them close it. */
export function recoveriesProblems(raw: unknown, path: Path): readonly Problem[] {
  const entry = at(raw, path)
  if (child(entry, 'recoveries') === undefined) return []
  const written = child(entry, 'failures') ?? child(child(raw, 'defaults'), 'failures')
  const failures = parseFailures(String(written))
  if (failures === undefined || typeof failures === 'number') return []
  const { count, of } = failures
  const text = `goes with failures in a row, and with ${count} of ${of} it closes when fewer than ${count} of the last ${of} were bad; leave it out, or write failures: ${count}`
  return [{ path: [...path, 'recoveries'], text }]
}
