import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { styleText } from 'node:util'
import { errorLine } from './program.js'

type Style = Parameters<typeof styleText>[0]

/** Where a command reads and writes. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether somebody is there to answer a question. */
  readonly isInteractive: boolean
  /** Data, on standard output. */
  write(text: string): void
  /** Talk, one line on standard error, in which no secret stands that was concealed. */
  say(line: string): void
  /** From here on this text is not said. */
  conceal(secret: string): void
  /** A text for standard output, in a colour where that shows colours. */
  paint(style: Style, text: string): string
  /** The answer to a question; nothing where somebody interrupts it. */
  ask(question: string): Promise<string>
  /** Waits until somebody interrupts the command: SIGINT, SIGTERM. Where nothing waits, that ends it at once. */
  interrupted(): Promise<void>
}

const CONCEALED = '***'
/** Timers take no more. */
const FOR_EVER_MILLISECONDS = 2_147_483_647
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu

/** This process's own. */
export function processTerminal(): Terminal {
  const secrets = new Set<string>()
  // NO_COLOR and a terminal without colours are asked by `hasColors`.
  const isColourful = process.stdout.isTTY === true && process.stdout.hasColors()
  let isStaying = false
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    // Who reads only the beginning, as `head` does, has had enough. What works on would do so unheard.
    if (code === 'EPIPE' && !isStaying) process.exit(0)
    process.stderr.write(`${errorLine(`standard output cannot be written: ${code}`)}\n`)
    process.exit(1)
  })
  return {
    environment: process.env,
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    write: text => void process.stdout.write(text),
    say: line => void process.stderr.write(`${printable(concealing(line, secrets))}\n`),
    conceal: secret => {
      for (const text of [secret, encodeURIComponent(secret)]) if (text !== '') secrets.add(text)
    },
    paint: (style, text) => (isColourful ? styleText(style, text) : text),
    ask,
    interrupted: () => {
      isStaying = true
      return interrupted()
    },
  }
}

/** A text in which nothing speaks to the terminal itself: others may have written it. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, '\u{fffd}')
}

/** The longest first: one may be a part of another. */
function concealing(line: string, secrets: ReadonlySet<string>): string {
  const longestFirst = [...secrets].sort((one, other) => other.length - one.length)
  return longestFirst.reduce((text, secret) => text.replaceAll(secret, CONCEALED), line)
}

async function ask(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  const ended = new Promise<string>(resolve => reader.once('close', () => resolve('')))
  try {
    return await Promise.race([reader.question(question), ended])
  } finally {
    reader.close()
  }
}

async function interrupted(): Promise<void> {
  // A watch does not keep the process alive.
  const staying = setInterval(() => undefined, FOR_EVER_MILLISECONDS)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  clearInterval(staying)
}
