import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** A certificate with its key, in PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** Whether `openssl` is there. If not: a spec that asks is skipped, or fails under `CI=true`. */
export function requireOpenssl(context: Mocha.Context): void {
  if ((process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, 'openssl')))) return
  if (process.env.CI === 'true') throw new Error('no `openssl` on the PATH')
  process.stderr.write('    skipped for want of a program (no `openssl` on the PATH): certificates of clients\n')
  context.skip()
}

/** An authority of certificates, in a directory of its own. */
export class Authority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'countersign-authority-'))
  #count = 0

  constructor() {
    this.#run(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=authority',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
    )
  }

  get cert(): string {
    return this.#read('ca.pem')
  }

  /** Issues a certificate of these subject alternative names, such as `DNS:cart.internal`. It has begun, and lasts for so many days. */
  issue(
    names: string,
    { days = 1, usage = 'clientAuth' }: { readonly days?: number; readonly usage?: string } = {},
  ): Certificate {
    this.#count += 1
    const name = `leaf-${this.#count}`
    const extensions = [`subjectAltName=${names}`, `extendedKeyUsage=${usage}`, 'basicConstraints=critical,CA:FALSE']
    writeFileSync(join(this.#folder, `${name}.ext`), extensions.join('\n'))
    this.#run(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=cart',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    )
    this.#run(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      String(days),
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    )
    return { cert: this.#read(`${name}.pem`), key: this.#read(`${name}.key`) }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #run(...parameters: string[]): void {
    execFileSync('openssl', parameters, { cwd: this.#folder, stdio: 'ignore' })
  }

  #read(name: string): string {
    return readFileSync(join(this.#folder, name), 'utf8')
  }
}
