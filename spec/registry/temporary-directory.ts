import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of a spec's own. */
export function makeDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'countersign-registry-'))
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
}
