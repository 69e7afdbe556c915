import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { makeDirectory, removeDirectory } from '../temporary-directory.js'

/** A certificate of its own for `localhost`, and its key. */
export function makeCertificate(): { readonly key: string; readonly certificate: string } {
  const directory = makeDirectory()
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  const made = { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') }
  removeDirectory(directory)
  return made
}

/** Puts TLS before a server, with a certificate of its own, and can cut what goes through it. */
export class TlsProxy {
  readonly certificate: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isCut = false

  private constructor(key: string, certificate: string, port: number) {
    this.certificate = certificate
    this.#server = createServer({ key, cert: certificate }, outside => {
      const inside = connect(port, '127.0.0.1')
      for (const socket of [outside, inside]) {
        this.#sockets.add(socket)
        socket.on('error', () => undefined)
        socket.on('close', () => this.#sockets.delete(socket))
      }
      if (this.#isCut) outside.destroy()
      outside.pipe(inside).pipe(outside)
    })
    this.#server.on('tlsClientError', () => undefined)
  }

  static async begin(port: number): Promise<TlsProxy> {
    const { key, certificate } = makeCertificate()
    const proxy = new TlsProxy(key, certificate, port)
    await new Promise<void>(resolve => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get address(): string {
    return `localhost:${(this.#server.address() as AddressInfo).port}`
  }

  /** Ends what goes through, and lets nothing through until it is mended. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  mend(): void {
    this.#isCut = false
  }

  async end(): Promise<void> {
    this.cut()
    await new Promise(resolve => this.#server.close(resolve))
  }
}
