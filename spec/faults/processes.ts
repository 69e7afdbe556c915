import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { eventually } from '../registry/eventually.js'

const SCRIPT = fileURLToPath(new URL('party.ts', import.meta.url))

/** A process that runs one task of party.ts. */
export interface Party {
  /** Waits until it said something. */
  says(text: string): Promise<void>
  /** What it said, and its exit code, when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string; readonly complained: string }>
  kill(): Promise<void>
}

/** The processes of one spec. */
export class Parties {
  readonly #children: ChildProcess[] = []

  start(...parameters: readonly string[]): Party {
    return this.#spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...parameters])
  }

  /** The same below a shell command that ends with `exec "$@"`, which sets limits. */
  startUnder(command: string, ...parameters: readonly string[]): Party {
    return this.#spawn('sh', ['-c', command, 'sh', process.execPath, '--import', 'tsx', SCRIPT, ...parameters])
  }

  killAll(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }

  #spawn(command: string, parameters: readonly string[]): Party {
    const child = spawn(command, parameters, {
      cwd: import.meta.dirname,
      env: { ...process.env, NODE_V8_COVERAGE: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#children.push(child)
    let [said, complained] = ['', '']
    child.stdout.on('data', chunk => {
      said += chunk
    })
    child.stderr.on('data', chunk => {
      complained += chunk
    })
    const ended = once(child, 'close').then(([code]) => ({ code, said, complained }))
    return {
      says: text => eventually(() => said.includes(text), 30),
      ended,
      kill: async () => {
        child.kill('SIGKILL')
        await ended
      },
    }
  }
}
