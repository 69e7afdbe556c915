import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from 'mocha'

const FILLER = 'filler'
const BLOCK = Buffer.alloc(4096)

/** A file system of a spec's own, so small that it can be filled: a tmpfs, which only root may mount. */
export class SmallDisk {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** Mounts one, or skips the spec that wants it and says why. */
  static mount(path: string, context: Context, options = 'size=64k'): SmallDisk {
    mkdirSync(path, { recursive: true })
    const disk = new SmallDisk(path)
    try {
      disk.mount(options)
    } catch {
      process.stderr.write('    skipped: a disk to be filled can be mounted by root alone\n')
      context.skip()
    }
    return disk
  }

  mount(options = 'size=64k'): void {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', this.path], { stdio: 'pipe' })
  }

  /** Changes a mount, to `ro` for example. */
  remount(option: string): void {
    execFileSync('mount', ['-o', `remount,${option}`, this.path], { stdio: 'pipe' })
  }

  unmount(): void {
    execFileSync('umount', ['--lazy', this.path], { stdio: 'pipe' })
  }

  /** Writes until nothing more fits. */
  fill(): void {
    const file = openSync(join(this.path, FILLER), 'a')
    try {
      for (;;) writeSync(file, BLOCK)
    } catch {
      // Full.
    } finally {
      closeSync(file)
    }
  }

  /** Makes files until there may be no more. */
  fillNames(): void {
    try {
      for (let count = 0; ; count += 1) closeSync(openSync(join(this.path, `${FILLER}-${count}`), 'wx'))
    } catch {
      // Full.
    }
  }

  makeRoom(): void {
    unlinkSync(join(this.path, FILLER))
  }

  remove(): void {
    try {
      this.unmount()
    } catch {
      // It was taken away by the spec.
    }
    rmSync(this.path, { recursive: true, force: true })
  }
}
