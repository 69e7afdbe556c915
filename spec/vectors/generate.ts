import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { makeVectors } from './script.js'

// Writes every vector anew: npx tsx spec/vectors/generate.ts. Keys, clock and randomness are fixed, so that a run without a change in
// the drafts changes no file.

const folder = fileURLToPath(new URL('.', import.meta.url))
const vectors = makeVectors()
for (const file of readdirSync(folder)) {
  if (file.endsWith('.json') && !vectors.has(file)) rmSync(folder + file)
}
for (const [file, text] of vectors) writeFileSync(folder + file, text)
process.stdout.write(`${vectors.size} vectors, ${readdirSync(folder).length} files in ${folder}\n`)
process.stdout.write(
  `${[...vectors.keys()].reduce((sum, file) => sum + readFileSync(folder + file).length, 0)} bytes\n`,
)
