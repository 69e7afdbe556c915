import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EngineName } from '../registry.js'
import type { Engine } from './engine.js'
import { startEtcd } from './etcd.js'
import { startPostgres } from './postgres.js'
import { startRedis } from './redis.js'

/** Starts an engine in a temporary folder, set up for some services. Throws NotInstalled. */
export const ENGINES: Readonly<Record<EngineName, (folder: string, services: readonly string[]) => Promise<Engine>>> = {
  file: async folder => ({
    title: 'a directory of keys',
    accessOf: service => ({ engine: 'file', place: folder, user: service, password: '' }),
  }),
  etcd: startEtcd,
  postgres: startPostgres,
  redis: startRedis,
}

/** A folder that is gone when this process is. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-demo-'))
  // A server that was killed may still have its last file open.
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))
  return folder
}
