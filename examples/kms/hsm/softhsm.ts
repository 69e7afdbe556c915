import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Debian, and others, put SoftHSM's library. */
const LIBRARIES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
]

/** A token of SoftHSM, in a directory of its own. */
export interface SoftToken {
  readonly library: string
  readonly label: string
  readonly pin: string
  readonly remove: () => void
}

/** Makes a token. A real HSM has been set up long before; its PIN comes from where your secrets are. */
export function makeSoftToken(label: string): SoftToken {
  const library = LIBRARIES.find(path => existsSync(path))
  if (library === undefined) throw new Error('SoftHSM is not installed: apt-get install softhsm2')
  const directory = mkdtempSync(join(tmpdir(), 'countersign-softhsm-'))
  mkdirSync(join(directory, 'tokens'))
  const configuration = join(directory, 'softhsm2.conf')
  writeFileSync(configuration, `directories.tokendir = ${join(directory, 'tokens')}\nlog.level = ERROR\n`)
  process.env.SOFTHSM2_CONF = configuration
  const pin = makePin()
  const words = ['--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', makePin()]
  execFileSync('softhsm2-util', words, { stdio: ['ignore', 'ignore', 'pipe'] })
  return { library, label, pin, remove: () => rmSync(directory, { recursive: true, force: true }) }
}

function makePin(): string {
  return Array.from({ length: 12 }, () => randomInt(10)).join('')
}
