import type { KeyRegistry } from 'countersign'
import { nearestName } from '../nearest-name.js'

/** What is not there, and what was perhaps meant. */
export async function absence(registry: KeyRegistry, service: string, kid?: string): Promise<string> {
  const entries = await registry.list()
  const services = [...new Set(entries.map(entry => entry.service))]
  if (services.includes(service))
    return `\`${service}\` has no key \`${kid}\`; registry list ${service} shows those it has`
  const nearest = nearestName(service, services)
  return `the registry has no key of \`${service}\`${nearest === undefined ? '' : `; did you mean \`${nearest}\`?`}`
}
