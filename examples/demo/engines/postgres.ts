import { execFileSync } from 'node:child_process'
import { chownSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setupPostgres } from 'countersign/registry/postgres'
import type { Engine } from './engine.js'
import { findProgram, freePort, listens, makePassword, makePasswords, Program } from './program.js'

const FOLDERS = ['17', '16', '15', '14'].map(version => `/usr/lib/postgresql/${version}/bin`)

/** PostgreSQL: a role for each service, which may write rows of its own name only. */
export async function startPostgres(folder: string, services: readonly string[]): Promise<Engine> {
  const program = findProgram('postgres', 'postgresql', ...FOLDERS)
  // The attacker speaks SQL.
  findProgram('psql', 'postgresql-client')
  const account = accountOf()
  const operator = { user: 'operator', password: makePassword() }
  initialize(folder, dirname(program), operator, account)

  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']
  const words = ['-D', join(folder, 'data'), '-p', String(port), ...settings.flatMap(setting => ['-c', setting])]
  const server = new Program(program, words, { ...account, cwd: folder }, () => listens(port))
  await server.start()

  const place = `postgres://127.0.0.1:${port}/postgres`
  const passwords = makePasswords(services)
  await setupPostgres({ services, url: place, ...operator }).apply?.(passwords)
  const version = /\d+\.\d+/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[0]
  return {
    title: `keys in PostgreSQL ${version}`,
    accessOf: service => ({
      engine: 'postgres',
      place,
      user: `countersign.${service}`,
      password: passwords[service] ?? '',
    }),
    server,
  }
}

interface Account {
  readonly uid?: number
  readonly gid?: number
}

function initialize(
  folder: string,
  programs: string,
  operator: { readonly user: string; readonly password: string },
  account: Account,
): void {
  const { uid, gid } = account
  const password = join(folder, 'password')
  writeFileSync(password, operator.password, { mode: 0o600 })
  if (uid !== undefined && gid !== undefined) for (const path of [folder, password]) chownSync(path, uid, gid)
  const access = ['-A', 'scram-sha-256', '-U', operator.user, `--pwfile=${password}`]
  const words = ['-D', join(folder, 'data'), '--no-sync', '-E', 'UTF8', '--no-locale', ...access]
  execFileSync(join(programs, 'initdb'), words, { ...account, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** PostgreSQL refuses to be run by root: then it is run by somebody else. */
function accountOf(): Account {
  if (process.getuid?.() !== 0) return {}
  const line = /^(?:postgres|nobody):[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))
  if (line === null) throw new Error('there is nobody to run postgres as')
  return { uid: Number(line[1]), gid: Number(line[2]) }
}
