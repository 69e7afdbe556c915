import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A server in a process and a folder of its own, which can be killed, started again and stopped for a while. */
export abstract class ServerProcess {
  protected readonly folder: string
  #child: ChildProcess | undefined

  constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `countersign-${name}-`))
  }

  /** As a crash ends it: nothing is written. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }

  /** From here on it keeps its connections, and answers nothing. */
  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  /** Ends it, and leaves nothing behind. */
  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }

  protected launch(
    program: string,
    args: readonly string[],
    options: SpawnOptions = { stdio: 'ignore' },
  ): ChildProcess {
    this.#child = spawn(program, args, options)
    return this.#child
  }
}
