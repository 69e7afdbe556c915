// Compiles lib/ to dist/ and puts the one data file beside it.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
rmSync('dist', { recursive: true, force: true })
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
if (existsSync('lib/policy/policy.schema.json')) {
  mkdirSync('dist/policy', { recursive: true })
  copyFileSync('lib/policy/policy.schema.json', 'dist/policy/policy.schema.json')
}
