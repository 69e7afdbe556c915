// Changes each folder's code one place at a time and runs its suite against each change: all three, or those that are named.
// The reports are reports/mutation-FOLDER.json; it fails where less than 90 % are found.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const FOLDERS = ['jws', 'chain', 'policy']
const STRYKER = fileURLToPath(new URL('node_modules/@stryker-mutator/core/bin/stryker.js', import.meta.url))
const CONFIG = fileURLToPath(new URL('stryker.config.mjs', import.meta.url))

const chosen = process.argv.slice(2)
for (const folder of chosen) {
  if (!FOLDERS.includes(folder)) throw new Error(`no suite for \`${folder}\`; there are ${FOLDERS.join(', ')}`)
}

for (const folder of chosen.length > 0 ? chosen : FOLDERS) {
  const { status } = spawnSync(process.execPath, [STRYKER, 'run', CONFIG], {
    stdio: 'inherit',
    env: { ...process.env, MUTATED: folder },
  })
  if (status !== 0) process.exitCode = 1
}
