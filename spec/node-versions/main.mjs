// Runs what the library is for on other versions of Node.js: all specs save those that start servers, load or attack for long.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDERS = [
  'adapters',
  'chain',
  'edge',
  'http',
  'initial-token',
  'jws',
  'keys',
  'oauth',
  'policy',
  'service',
  'vectors',
]
const SPECS = [
  `spec/{${FOLDERS}}/**/*.spec.ts`,
  'spec/{replay,registry}/memory-*.spec.ts',
  'spec/registry/k*.spec.ts',
  'spec/service.spec.ts',
]
const root = fileURLToPath(new URL('../../', import.meta.url))

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
for (const name of Object.keys(dependencies)) {
  const node = fileURLToPath(new URL(`node_modules/${name}/bin/node`, import.meta.url))
  const path = `${dirname(node)}${delimiter}${process.env.PATH}`
  process.stdout.write(`\n${name}: ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout}`)
  const { status } = spawnSync(node, ['node_modules/mocha/bin/mocha.js', '--reporter', 'dot', ...SPECS], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: path },
  })
  if (status !== 0) process.exitCode = 1
}
