// A process of its own that serves sets: `jwks-origin.ts <directory> <port>`. `GET /cart` is a set of the files below `<directory>/cart`.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const [directory = '', port] = process.argv.slice(2)

const server = createServer((request, response) => {
  const folder = join(directory, request.url ?? '')
  const keys = readdirSync(folder).map(kid => ({
    kty: 'OKP',
    kid,
    registration: readFileSync(join(folder, kid), 'utf8'),
  }))
  const body = JSON.stringify({ keys })
  const etag = `"${createHash('sha256').update(body).digest('hex')}"`
  if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
  else response.writeHead(200, { etag, 'content-type': 'application/jwk-set+json' }).end(body)
})
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'))
