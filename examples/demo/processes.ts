/** The processes of the demo: started together, and ended with it, however it ends. */
import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A process that talks to this one: it takes messages of one type, and sends those of another. */
export class Process<Takes extends object, Sends extends { readonly kind: string }> {
  readonly name: string
  readonly #child: ChildProcess
  readonly #listeners = new Set<(message: Sends) => void>()
  #said = ''

  /** Starts a module of this folder, named without its extension: .ts here, .js where it was compiled. */
  constructor(name: string, module: string, onEnd: (name: string) => void) {
    this.name = name
    const file = new URL(`${module}${extname(import.meta.url)}`, import.meta.url)
    this.#child = fork(fileURLToPath(file), { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    this.#child.on('message', message => {
      for (const listener of this.#listeners) listener(message as Sends)
    })
    this.#child.on('exit', () => onEnd(name))
    this.#child.stdout?.on('data', chunk => (this.#said += chunk))
    this.#child.stderr?.on('data', chunk => (this.#said += chunk))
    process.on('exit', () => this.#child.kill('SIGKILL'))
  }

  /** What it wrote to its output: nothing, if all is well. */
  get said(): string {
    return this.#said
  }

  send(message: Takes): void {
    this.#child.send(message)
  }

  listen(listener: (message: Sends) => void): void {
    this.#listeners.add(listener)
  }

  /** The next message of a kind that fits. */
  next<K extends Sends['kind']>(
    kind: K,
    fits: (message: Extract<Sends, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<Sends, { kind: K }>> {
    return new Promise(resolve => {
      const listener = (message: Sends) => {
        if (message.kind !== kind || !fits(message as Extract<Sends, { kind: K }>)) return
        this.#listeners.delete(listener)
        resolve(message as Extract<Sends, { kind: K }>)
      }
      this.#listeners.add(listener)
    })
  }
}
