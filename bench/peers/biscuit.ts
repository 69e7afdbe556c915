import { readFile } from 'node:fs/promises'
import { rawSignature, rawVerification } from '../raw.js'
import { userClaimsOf } from '../services.js'
import type { Contender, Prepared, Task } from './contender.js'
import { peerFile } from './installed.js'
import { USER_CHARACTERS } from './user.js'

interface CodeBuilder {
  addCode(source: string): void
}

/** What its WebAssembly holds until it is freed. */
interface Allocated {
  free(): void
}

interface BlockBuilder extends CodeBuilder, Allocated {}

interface Token extends Allocated {
  appendBlock(block: BlockBuilder): Token
  getThirdPartyRequest(): { createBlock(key: unknown, block: BlockBuilder): Allocated }
  appendThirdPartyBlock(key: unknown, block: unknown): Token
  toBase64(): string
}

interface PublicKey {
  toString(): string
}

interface KeyPair {
  getPublicKey(): PublicKey
  getPrivateKey(): unknown
}

interface BiscuitModule {
  readonly SignatureAlgorithm: { readonly Ed25519: number }
  readonly KeyPair: new (algorithm: number) => KeyPair
  readonly Biscuit: {
    builder(): CodeBuilder & { build(key: unknown): Token }
    block_builder(): BlockBuilder
    fromBase64(text: string, root: unknown): Token
  }
  readonly AuthorizerBuilder: new () => CodeBuilder & { buildAuthenticated(token: Token): Authorizer }
}

/** What we use of the engine's; our compiler has it with a browser's types only. */
interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<object>
  instantiate(module: object, imports: object): Promise<{ readonly exports: Record<string, unknown> }>
  readonly Module: { imports(module: object): readonly { readonly module: string }[] }
}

interface Authorizer extends Allocated {
  authorizeWithLimits(limits: { max_facts: number; max_iterations: number; max_time_micro: number }): number
}

// Its default of a millisecond is too little for a busy machine.
const LIMITS = { max_facts: 1000, max_iterations: 100, max_time_micro: 1_000_000 }

/** Biscuit: a block for each hop, appended by whoever has the token, or signed by its service as a third party's. */
export async function biscuits(): Promise<readonly Contender[]> {
  const biscuit = await loadBiscuit()
  return [
    {
      name: 'biscuit',
      proves: 'the origin made the token, and nobody took a block away',
      doesNotProve: 'who added which block, or who calls: whoever sees it can add a block and use it',
      prepare: async task => prepare(biscuit, task, false),
    },
    {
      name: 'biscuit, signed blocks',
      proves: 'the origin made the token, and each service signed its block',
      doesNotProve: 'that the caller was addressed, or calls now: whoever sees it can use it again',
      prepare: async task => prepare(biscuit, task, true),
    },
  ]
}

function prepare(biscuit: BiscuitModule, { depth }: Task, isSigned: boolean): Prepared {
  const chains = new BiscuitChains(biscuit, depth, isSigned)
  const text = chains.textOf(depth)
  const inner = depth === 1 ? undefined : chains.textOf(depth - 1)
  const part = Buffer.alloc(Math.round(text.length / depth))
  const signatures = isSigned ? 2 * depth - 1 : depth
  const verifications = Array.from({ length: signatures }, () => rawVerification(part, 'EdDSA'))
  const added = Array.from({ length: isSigned && depth > 1 ? 2 : 1 }, () => rawSignature(part, 'EdDSA'))
  return {
    bytes: text.length,
    verify: () => chains.authorize(text),
    rawVerify: () => verifications.forEach(call => void call()),
    extend: () => chains.extend(inner, depth - 1),
    rawExtend: () => added.forEach(call => void call()),
  }
}

/** Chains of so many services at most, each with a key. What the module allocates is freed at once, as it asks for. */
class BiscuitChains {
  readonly #biscuit: BiscuitModule
  readonly #isSigned: boolean
  readonly #keys: readonly { readonly public: PublicKey; readonly private: unknown }[]
  readonly #rules: string

  constructor(biscuit: BiscuitModule, depth: number, isSigned: boolean) {
    this.#biscuit = biscuit
    this.#isSigned = isSigned
    this.#keys = Array.from({ length: depth }, () => {
      const pair = new biscuit.KeyPair(biscuit.SignatureAlgorithm.Ed25519)
      return { public: pair.getPublicKey(), private: pair.getPrivateKey() }
    })
    const trusted = isSigned ? this.#keys.slice(1) : []
    const checks = trusted.map(
      (key, index) => `check if hop("s${index + 1}", "s${index + 2}", "checkout") trusting ${key.public};`,
    )
    this.#rules = [...checks, 'allow if hop("s0", "s1", "checkout");'].join('\n')
  }

  /** A token of so many hops. */
  textOf(hops: number): string {
    let text = this.extend(undefined, 0)
    for (let index = 1; index < hops; index += 1) text = this.extend(text, index)
    return text
  }

  /** The token that the service at an index passes on. */
  extend(text: string | undefined, index: number): string {
    const token = text === undefined ? this.#begin() : this.#append(text, index)
    const extended = token.toBase64()
    token.free()
    return extended
  }

  authorize(text: string): void {
    const { AuthorizerBuilder, Biscuit } = this.#biscuit
    const token = Biscuit.fromBase64(text, this.#keyAt(0).public)
    const builder = new AuthorizerBuilder()
    builder.addCode(`time(${new Date().toISOString()}); ${this.#rules}`)
    const authorizer = builder.buildAuthenticated(token)
    authorizer.authorizeWithLimits(LIMITS)
    authorizer.free()
    token.free()
  }

  #begin(): Token {
    const builder = this.#biscuit.Biscuit.builder()
    builder.addCode(`user(${JSON.stringify(JSON.stringify(userClaimsOf(USER_CHARACTERS)))}); ${hopAt(0)}`)
    return builder.build(this.#keyAt(0).private)
  }

  #append(text: string, index: number): Token {
    const { Biscuit } = this.#biscuit
    const token = Biscuit.fromBase64(text, this.#keyAt(0).public)
    const block = Biscuit.block_builder()
    block.addCode(hopAt(index))
    const appended = this.#isSigned ? this.#appendSigned(token, block, index) : token.appendBlock(block)
    block.free()
    token.free()
    return appended
  }

  #appendSigned(token: Token, block: BlockBuilder, index: number): Token {
    const key = this.#keyAt(index)
    const signed = token.getThirdPartyRequest().createBlock(key.private, block)
    const appended = token.appendThirdPartyBlock(key.public, signed)
    signed.free()
    return appended
  }

  #keyAt(index: number) {
    const key = this.#keys[index]
    if (key === undefined) throw new Error(`no key ${index}`)
    return key
  }
}

function hopAt(index: number): string {
  return `hop("s${index}", "s${index + 1}", "checkout"); check if time($now), $now < 2100-01-01T00:00:00Z;`
}

/** Its WebAssembly, which Node 20 imports under a flag only. */
async function loadBiscuit(): Promise<BiscuitModule> {
  const file = (name: string) => peerFile('@biscuit-auth/biscuit-wasm', `module/${name}`)
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }
  const module = await WebAssembly.compile(await readFile(file('biscuit_bg.wasm')))
  const imports: Record<string, unknown> = {}
  for (const { module: name } of WebAssembly.Module.imports(module)) imports[name] ??= await import(file(name).href)
  const { exports } = await WebAssembly.instantiate(module, imports)
  const glue = imports['./biscuit_bg.js'] as unknown as BiscuitModule & { __wbg_set_wasm(exports: object): void }
  glue.__wbg_set_wasm(exports)
  const start = exports.__wbindgen_start as () => void
  start()
  return glue
}
