import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The path of test data that lives outside the project, named by an environment variable. Absent: the spec that asks is
 * skipped with a sentence that says what is missing, or fails under `CI=true`, where everything must be there.
 */
export function externalData(context: Mocha.Context, variable: string, ...parts: string[]): string {
  const root = process.env[variable]
  const path = root === undefined ? undefined : join(root, ...parts)
  if (path !== undefined && existsSync(path)) return path
  const missing = root === undefined ? `${variable} is not set` : `${variable} names no ${parts.join('/') || 'file'}`
  if (process.env.CI === 'true') throw new Error(missing)
  const title = context.runnable().title
  process.stderr.write(`    skipped for want of data (${missing}): ${title}\n`)
  return context.skip()
}
