import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setupRedis } from 'countersign/registry/redis'
import type { Engine } from './engine.js'
import { findProgram, freePort, listens, makePassword, makePasswords, Program } from './program.js'

/** Redis: a user for each service, who may write keys below his own name only. */
export async function startRedis(folder: string, services: readonly string[]): Promise<Engine> {
  const program = findProgram('redis-server', 'redis-server')
  const port = await freePort()
  const place = `redis://127.0.0.1:${port}`
  const operator = { user: 'default', password: makePassword() }
  writeFileSync(join(folder, 'users.acl'), `user default on >${operator.password} ~* &* +@all\n`, { mode: 0o600 })
  const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, 'aclfile users.acl', 'save ""']
  writeFileSync(join(folder, 'redis.conf'), `${lines.join('\n')}\n`)
  const server = new Program(program, [join(folder, 'redis.conf')], { cwd: folder }, () => listens(port))
  await server.start()

  const passwords = makePasswords(services)
  await setupRedis({ services, url: place, ...operator }).apply?.(passwords)
  const version = /v=(\S+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1]
  return {
    title: `keys in Redis ${version}`,
    accessOf: service => ({
      engine: 'redis',
      place,
      user: `countersign.${service}`,
      password: passwords[service] ?? '',
    }),
    server,
  }
}
