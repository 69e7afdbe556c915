import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a process of its own wrote, when it has ended by itself. */
export async function outputOf(script: string, ...parameters: string[]): Promise<string> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += chunk
    })
  }
  // One that is kept alive is ended, and says nothing of it.
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
  const code = await new Promise(resolve => child.once('close', resolve))
  clearTimeout(timer)
  return `${output}${code}`
}
