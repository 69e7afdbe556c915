import { OptionError, type PublicJwk } from 'countersign'
import { delegate, enrolmentToken } from 'countersign/registrar'
import { readArguments } from './arguments.js'
import { type Command, OK, UsageError } from './command.js'
import { readJsonFile } from './json-file.js'
import { readPrivateKey } from './registrar-configuration.js'

const SECONDS_PER_DAY = 86_400
const SECONDS_PER_MINUTE = 60

const DELEGATE_OPTIONS = { root: { type: 'string' }, registrar: { type: 'string' }, days: { type: 'string' } } as const
const ENROL_OPTIONS = {
  operator: { type: 'string' },
  service: { type: 'string' },
  url: { type: 'string' },
  minutes: { type: 'string' },
} as const

/** `countersign registrar delegate` */
export const delegateCommand: Command = {
  name: 'registrar delegate',
  summary: "a root's statement that a registrar's key may certify, for the registrar's `delegation` file",
  usage: `countersign registrar delegate --root root.jwk --registrar registrar.pub.jwk [--days 31]

Run it where the root's key is, and take its output to the registrar.

  --root <file>            the root's private JWK, for its owner alone
  --registrar <file>       the public JWK of the registrar's key
  --days <n>               1 to 31, which is the default
`,
  async run(words, terminal) {
    const { values } = readArguments(words, DELEGATE_OPTIONS)
    const { root, registrar, days } = values
    if (root === undefined || registrar === undefined) throw new UsageError('delegate wants --root and --registrar')
    const seconds = secondsOf('--days', days, SECONDS_PER_DAY)
    const publicJwk = await readJsonFile<PublicJwk>(registrar)
    terminal.write(`${await delegate({ root: await readPrivateKey(root), registrar: publicJwk, seconds })}\n`)
    return OK
  },
}

/** `countersign registrar enrol` */
export const enrolCommand: Command = {
  name: 'registrar enrol',
  summary: 'a token with which a service has one key of its own enrolled, once',
  usage: `countersign registrar enrol --operator operator.jwk --service cart --url https://registrar.internal [--minutes 10]

Whoever has the token first is the service: give it to nobody else, in no log and on no command line.

  --operator <file>        the operator's private JWK, for its owner alone
  --service <name>         whose key may be enrolled
  --url <url>              the registrar
  --minutes <n>            for how long it is good: 1 to 1440, default 10
`,
  async run(words, terminal) {
    const { values } = readArguments(words, ENROL_OPTIONS)
    const { operator, service, url, minutes } = values
    if (operator === undefined || service === undefined || url === undefined) {
      throw new UsageError('enrol wants --operator, --service and --url')
    }
    const seconds = secondsOf('--minutes', minutes, SECONDS_PER_MINUTE)
    const key = await readPrivateKey(operator)
    terminal.write(`${await enrolmentToken({ operator: key, service, url, seconds })}\n`)
    return OK
  },
}

function secondsOf(option: string, text: string | undefined, unit: number): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw new OptionError(`${option} must be a whole number`)
  return Number(text) * unit
}
