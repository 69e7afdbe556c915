import { Worker } from 'node:worker_threads'
import { runOutside } from '../outside.js'

/** What is heard of threads. */
export interface ThreadListener {
  /** There are verdicts. */
  readonly onVerdict: () => void
  /** One could not begin, or has ended by itself. */
  readonly onFailure: () => void
}

/** They hold a few keys, and one text at a time. */
const RESOURCES = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 16 }

/** Threads that verify what stands in a ring. They keep no process running. */
export class VerificationThreads {
  readonly #workers: Worker[] = []
  readonly #listener: ThreadListener
  #areReady = false

  private constructor(listener: ThreadListener) {
    this.#listener = listener
  }

  /** Starts so many. Throws where the process may start none, and where their code is not beside this. */
  static start(
    count: number,
    memory: SharedArrayBuffer,
    listener: ThreadListener,
    entry = new URL('./verification-thread.js', import.meta.url),
  ): VerificationThreads {
    const threads = new VerificationThreads(listener)
    try {
      while (threads.#workers.length < count) threads.#add(runOutside(() => startThread(memory, entry)))
    } catch (error) {
      threads.end()
      throw error
    }
    return threads
  }

  #add(worker: Worker): void {
    const { onVerdict, onFailure } = this.#listener
    this.#workers.push(worker)
    worker.on('error', onFailure).on('exit', onFailure)
    worker.on('message', () => {
      this.#areReady = true
      onVerdict()
    })
    // Not earlier: whoever listens has it keep the process.
    worker.unref()
  }

  /** Whether one of them has begun. */
  get areReady(): boolean {
    return this.#areReady
  }

  /** Ends them: nothing is heard any more. */
  end(): void {
    for (const worker of this.#workers) {
      // An error that nobody hears would end the process.
      worker.removeAllListeners().on('error', () => {})
      void worker.terminate()
    }
  }
}

/** What a process is told to load first, and its environment, are not for this thread: it needs nothing of them. */
function startThread(memory: SharedArrayBuffer, entry: URL): Worker {
  return new Worker(entry, {
    name: 'countersign verification',
    workerData: memory,
    execArgv: [],
    env: {},
    resourceLimits: RESOURCES,
  })
}
