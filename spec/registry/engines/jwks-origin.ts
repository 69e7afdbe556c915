// A process of its own that serves sets: `jwks-origin.ts <directory> <port>`. `GET /cart` is a set of the files below `<directory>/cart`.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const [directory = '', port] = process.argv.slice(2)

/** A file may go while its folder is read. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

const server = createServer((request, response) => {
  const folder = join(directory, request.url ?? '')
  const keys = readdirSync(folder).flatMap(kid => {
    const registration = readIfThere(join(folder, kid))
    return registration === undefined ? [] : [{ kty: 'OKP', kid, registration }]
  })
  const body = JSON.stringify({ keys })
  const etag = `"${createHash('sha256').update(body).digest('hex')}"`
  if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
  else response.writeHead(200, { etag, 'content-type': 'application/jwk-set+json' }).end(body)
})
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'))
