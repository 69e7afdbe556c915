import { OptionError } from 'countersign'
import { nearestName } from '../nearest-name.js'
import { type Command, FAILED, MISUSED, OK, UsageError } from './command.js'
import { errorLine, PROGRAM } from './program.js'
import { reasonOf } from './reason.js'
import type { Terminal } from './terminal.js'

const HELP = ['--help', '-h', 'help']

/** Runs the command that some words name, and resolves to the exit status. Whatever goes wrong is one line on standard error. */
export async function runCommandLine(
  words: readonly string[],
  commands: readonly Command[],
  terminal: Terminal,
): Promise<number> {
  const command = find(words, commands)
  try {
    if (command === undefined) return answerWithout(words, commands, terminal)
    const rest = words.slice(wordsOf(command).length)
    if (rest.some(word => word === '--help' || word === '-h')) {
      terminal.write(command.usage)
      return OK
    }
    return await command.run(rest, terminal)
  } catch (error) {
    terminal.say(errorLine(reasonOf(error)))
    if (!isMisuse(error)) return FAILED
    if (error instanceof UsageError) terminal.say(`see ${[PROGRAM, command?.name, '--help'].filter(Boolean).join(' ')}`)
    return MISUSED
  }
}

/** The command with the most words of its name among the first ones. */
function find(words: readonly string[], commands: readonly Command[]): Command | undefined {
  const fitting = commands.filter(command => wordsOf(command).every((word, at) => words[at] === word))
  return fitting.sort((one, other) => wordsOf(other).length - wordsOf(one).length)[0]
}

function answerWithout(words: readonly string[], commands: readonly Command[], terminal: Terminal): number {
  const [group = '', next] = words
  const groups = [...new Set(commands.map(command => wordsOf(command)[0] ?? ''))]
  if (words.length === 0 || HELP.includes(group)) {
    terminal.write(overview(commands))
    return words.length === 0 ? MISUSED : OK
  }
  if (!groups.includes(group)) throw new UsageError(unknown(group, groups))
  const members = commands.filter(command => wordsOf(command)[0] === group)
  if (next === undefined || HELP.includes(next)) {
    terminal.write(overview(members))
    return next === undefined ? MISUSED : OK
  }
  throw new UsageError(
    unknown(
      next,
      members.flatMap(command => wordsOf(command)[1] ?? []),
      `${group} `,
    ),
  )
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const lines = commands.map(({ name, summary }) => `  ${PROGRAM} ${name.padEnd(width)}  ${summary}`)
  return `${lines.join('\n')}\n\n${PROGRAM} <command> --help says more of each.\n`
}

function unknown(word: string, known: readonly string[], before = ''): string {
  const nearest = nearestName(word, known)
  const hint = nearest === undefined ? `there are ${known.join(', ')}` : `did you mean \`${before}${nearest}\`?`
  return `unknown command \`${before}${word}\`; ${hint}`
}

function wordsOf({ name }: Command): readonly string[] {
  return name.split(' ')
}

/** An option of the library that is wrong was typed here too. */
function isMisuse(error: unknown): boolean {
  return error instanceof UsageError || error instanceof OptionError
}
