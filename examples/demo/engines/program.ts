/** The server of an engine: a program that runs until it is killed, and ends with the demo. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { NotInstalled, type Server } from './engine.js'

const PATIENCE_MILLISECONDS = 20_000

export class Program implements Server {
  readonly #file: string
  readonly #words: readonly string[]
  readonly #options: SpawnOptions
  readonly #answers: () => Promise<boolean>
  #child: ChildProcess | undefined

  /** `answers` says whether it is ready. */
  constructor(file: string, words: readonly string[], options: SpawnOptions, answers: () => Promise<boolean>) {
    this.#file = file
    this.#words = words
    this.#options = { ...options, stdio: 'ignore' }
    this.#answers = answers
    process.on('exit', () => this.#child?.kill('SIGKILL'))
  }

  async start(): Promise<void> {
    const end = performance.now() + PATIENCE_MILLISECONDS
    while (!(await this.#answers())) {
      // One that ends again at once had found what was left of the one before.
      if (this.#child === undefined || this.#child.exitCode !== null)
        this.#child = spawn(this.#file, this.#words, this.#options)
      if (performance.now() > end) throw new Error(`${this.#file} does not answer`)
      await delay(50)
    }
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
}

/** Where a program is. Throws NotInstalled, which says what to install. */
export function findProgram(name: string, install: string, ...folders: readonly string[]): string {
  const places = [...(process.env.PATH ?? '').split(delimiter), ...folders].map(folder => join(folder, name))
  const found = places.find(place => existsSync(place))
  if (found === undefined) throw new NotInstalled(`there is no \`${name}\` here; on Debian: apt-get install ${install}`)
  return found
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise(resolve => probe.close(resolve))
  return port
}

/** Whether somebody listens there. */
export async function listens(port: number): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}

export function makePassword(): string {
  return randomBytes(24).toString('base64url')
}

/** One for each service. */
export function makePasswords(services: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(services.map(service => [service, makePassword()]))
}
