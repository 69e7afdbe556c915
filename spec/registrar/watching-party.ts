// A process of its own that watches through a registrar, asks once, and has nothing else to do: `watching-party.ts <url>`.
import { registrar } from '../../lib/registry/registrar/registrar-registry.js'

const registry = registrar({ url: process.argv[2] ?? '' })
await registry.watch(() => undefined)
process.stdout.write(`lists ${(await registry.list()).length}, ends with `)
