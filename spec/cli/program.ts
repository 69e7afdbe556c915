import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** What came of a run of the program. */
export interface Run {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

type Environment = Readonly<Record<string, string>>

/** Runs `countersign` as a user does: in a process of its own, with nothing in the environment but what is said here. */
export function countersign(words: readonly string[], environment: Environment = {}): Promise<Run> {
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [MAIN, ...words],
      { env: withPath(environment), timeout: 60_000 },
      (error, stdout, stderr) => {
        const code = error?.code
        resolve({ status: error === null ? 0 : typeof code === 'number' ? code : -1, stdout, stderr })
      },
    )
  })
}

/** A run that lasts, and what it has said so far. */
export class LastingRun {
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  stdout = ''
  stderr = ''

  constructor(words: readonly string[], environment: Environment = {}) {
    this.#child = spawn(process.execPath, [MAIN, ...words], {
      env: withPath(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.on('data', chunk => {
      this.stdout += chunk
    })
    this.#child.stderr?.on('data', chunk => {
      this.stderr += chunk
    })
    this.#ended = new Promise(resolve => this.#child.once('close', resolve))
  }

  get lines(): readonly string[] {
    return this.stdout.split('\n').filter(Boolean)
  }

  /** Reads no further, and resolves to the exit status. */
  leave(): Promise<number | null> {
    this.#child.stdout?.destroy()
    return this.#ended
  }

  /** Resolves to the exit status. */
  interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT')
    return this.#ended
  }
}

function withPath(environment: Environment): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, ...environment }
}
