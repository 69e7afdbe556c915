import type { KeyRegistry } from 'countersign'
import type { Inspection, Inspector } from 'countersign/registry/inspection'

/** Everything that a registry holds, or everything of one service, judged: by service, the longest valid first. */
export async function inspectAll(
  registry: KeyRegistry,
  inspect: Inspector,
  service?: string,
): Promise<readonly Inspection[]> {
  const inspections: Inspection[] = []
  for (const entry of await registry.list(service)) inspections.push(await inspect(entry))
  return inspections.sort(byServiceAndTime)
}

function byServiceAndTime(one: Inspection, other: Inspection): number {
  if (one.service !== other.service) return one.service < other.service ? -1 : 1
  const difference = (other.expiresAt ?? 0) - (one.expiresAt ?? 0)
  return difference !== 0 ? difference : one.kid < other.kid ? -1 : 1
}
