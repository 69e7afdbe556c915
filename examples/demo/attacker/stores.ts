/** How mallory writes into the registry: with her own credentials, over the engine's own protocol, past the library. */
import { execFile } from 'node:child_process'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

/** How she gets in. */
export interface Access {
  readonly engine: string
  readonly place: string
  readonly user: string
  readonly password: string
}

/** Writes a text below a service's name: resolves to what the engine says, if it refuses. */
export type Write = (service: string, kid: string, text: string) => Promise<string | undefined>

export function openStore({ engine, place, user, password }: Access): Write {
  switch (engine) {
    case 'etcd':
      return (...what) => writeToEtcd(place, { name: user, password }, ...what)
    case 'postgres':
      return (...what) => writeToPostgres(place, { user, password }, ...what)
    case 'redis':
      return (...what) => writeToRedis(place, { user, password }, ...what)
    default:
      return (...what) => writeToDirectory(place, ...what)
  }
}

async function writeToDirectory(directory: string, service: string, kid: string, text: string): Promise<undefined> {
  const folder = join(directory, service)
  mkdirSync(folder, { recursive: true })
  const draft = join(folder, 'draft')
  writeFileSync(draft, text)
  renameSync(draft, join(folder, kid))
}

/** The JSON gateway of etcd. */
async function writeToEtcd(
  place: string,
  account: { readonly name: string; readonly password: string },
  service: string,
  kid: string,
  text: string,
): Promise<string | undefined> {
  const ask = async (path: string, content: object, token = '') => {
    const answer = await fetch(`${place}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== '' && { authorization: token }) },
      body: JSON.stringify(content),
    })
    return (await answer.json()) as { readonly token?: string; readonly error?: string }
  }
  const { token } = await ask('/v3/auth/authenticate', account)
  const [key, value] = [`countersign/${service}/${kid}`, text].map(part => Buffer.from(part).toString('base64'))
  return (await ask('/v3/kv/put', { key, value }, token)).error
}

/** SQL, by psql. */
async function writeToPostgres(
  place: string,
  account: { readonly user: string; readonly password: string },
  service: string,
  kid: string,
  text: string,
): Promise<string | undefined> {
  const script = `
    insert into countersign.registration (service, kid, registration, forget_at)
    values (:'service', :'kid', :'text', now() + interval '1 day')
    on conflict (service, kid) do update set registration = excluded.registration;`
  const variables = Object.entries({ service, kid, text }).flatMap(([name, value]) => ['-v', `${name}=${value}`])
  const env = { ...process.env, PGUSER: account.user, PGPASSWORD: account.password }
  return await new Promise(resolve => {
    const psql = execFile(
      'psql',
      ['-X', '-q', '-v', 'ON_ERROR_STOP=1', ...variables, place],
      { env },
      (error, _, said) => resolve(error === null ? undefined : (/ERROR: +(.*)/.exec(said)?.[1] ?? said)),
    )
    psql.stdin?.end(script)
  })
}

/** The protocol of Redis (RESP): each command is a list of texts, each answer here a line. */
async function writeToRedis(
  place: string,
  account: { readonly user: string; readonly password: string },
  service: string,
  kid: string,
  text: string,
): Promise<string | undefined> {
  const { hostname, port } = new URL(place)
  const commands = [
    ['AUTH', account.user, account.password],
    ['SET', `countersign/${service}/${kid}`, text],
  ]
  const encode = (words: readonly string[]) =>
    `*${words.length}\r\n${words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
  return await new Promise((resolve, reject) => {
    let said = ''
    const socket = connect(Number(port), hostname, () => socket.write(commands.map(encode).join('')))
    socket.on('error', reject).on('data', chunk => {
      said += chunk
      const answers = said.split('\r\n')
      if (answers.length <= commands.length) return
      socket.destroy()
      resolve(answers.find(answer => answer.startsWith('-'))?.slice(1))
    })
  })
}
