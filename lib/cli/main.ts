#!/usr/bin/env node
/** The program `countersign`. */
import { runCommandLine } from './command-line.js'
import { listCommand } from './list-command.js'
import { policyCheckCommand, policyDecideCommand } from './policy-commands.js'
import { registrarCommand } from './registrar-command.js'
import { delegateCommand, enrolCommand } from './registrar-operator-commands.js'
import { revokeCommand } from './revoke-command.js'
import { setupCommand } from './setup-command.js'
import { showCommand } from './show-command.js'
import { processTerminal } from './terminal.js'
import { watchCommand } from './watch-command.js'

const COMMANDS = [
  listCommand,
  showCommand,
  watchCommand,
  revokeCommand,
  setupCommand,
  policyCheckCommand,
  policyDecideCommand,
  registrarCommand,
  delegateCommand,
  enrolCommand,
]

process.exitCode = await runCommandLine(process.argv.slice(2), COMMANDS, processTerminal())
