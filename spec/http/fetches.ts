import nodeFetch from 'node-fetch'
import type { Fetch } from '../../lib/index.js'

/** Every fetch that the specs send with. */
export const FETCHES: readonly { readonly name: string; readonly fetch: Fetch }[] = [
  { name: 'node-fetch', fetch: nodeFetch },
  { name: "the platform's fetch", fetch: globalThis.fetch },
]
