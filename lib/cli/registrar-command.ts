import { startRegistrar } from 'countersign/registrar'
import { readArguments } from './arguments.js'
import { type Command, OK, UsageError } from './command.js'
import { readRegistrarConfiguration } from './registrar-configuration.js'

const OPTIONS = { config: { type: 'string' } } as const

/** `countersign registrar` */
export const registrarCommand: Command = {
  name: 'registrar',
  summary: 'certifies registrations in front of a registry, until you interrupt it',
  usage: `countersign registrar --config registrar.yaml

Serves HTTP as the file says (docs/registrar.md). One line of JSON on standard output for everything that was asked for
in a service's name, and what came of it. Ends when it is interrupted, with what is under way finished.

  --config <file>          YAML; secrets stand in files of their own, for their owner alone
`,
  async run(words, terminal) {
    const { values } = readArguments(words, OPTIONS)
    if (values.config === undefined) throw new UsageError('which configuration? --config registrar.yaml')
    const { options, close } = await readRegistrarConfiguration(values.config, terminal)
    try {
      const log = (event: object) => terminal.write(`${JSON.stringify(event)}\n`)
      const registrar = await startRegistrar({ ...options, log })
      terminal.say(`certifying as ${registrar.kid} at ${registrar.url}, port ${registrar.port}`)
      await terminal.interrupted()
      await registrar.stop()
      return OK
    } finally {
      await close()
    }
  },
}
