import { execFile } from 'node:child_process'

/** What an example left. */
export interface Run {
  readonly status: number
  /** What it printed, by lines. */
  readonly lines: readonly string[]
  readonly stderr: string
}

/** Runs an example as a user would, in a process of its own. */
export function runExample(name: string): Promise<Run> {
  const args = ['--import', 'tsx', `examples/${name}/main.ts`]
  return new Promise(resolve => {
    execFile(process.execPath, args, { timeout: 70_000 }, (error, stdout, stderr) => {
      const code = error?.code
      const status = error === null ? 0 : typeof code === 'number' ? code : 1
      resolve({ status, lines: stdout.trimEnd().split('\n'), stderr })
    })
  })
}

/** The lines of standard error that say why something was refused, without their correlation ids. */
export function refusalsIn({ stderr }: Run): string[] {
  return stderr.split('\n').filter(line => line.startsWith('countersign: '))
}
