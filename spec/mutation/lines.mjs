import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'

/** One line of JSON for each mutant as soon as it is judged: what is known of a run that is broken off. */
class Lines {
  #file = `reports/mutation-${process.env.MUTATED}.jsonl`

  constructor() {
    mkdirSync('reports', { recursive: true })
    writeFileSync(this.#file, '')
  }

  onMutantTested({ id, fileName, location, mutatorName, replacement, status }) {
    const line = { id, status, file: fileName, line: location.start.line, mutatorName, replacement }
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`)
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'lines', Lines)]
