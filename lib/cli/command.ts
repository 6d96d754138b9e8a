import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { AbortedError, ConfigInvalidError, StreamError } from '../errors.ts'
import type { Setting } from './options.ts'

/** The one door to commander: what the commands of this program have in common. */
export type { Command }

/** A command with --help and --version that throws instead of ending the process. */
export function newCommand(name: string, usage: string, description: string): Command {
  outliveReaders()
  return new Command(name)
    .usage(usage)
    .description(description)
    .helpOption('-h, --help', 'show this and exit')
    .version(version(), '-V, --version', 'print the version and exit')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/\n(?=\()/, ' ')) })
    .configureHelp({ helpWidth: 120, visibleArguments: () => [] })
}

/** Whoever read what is said may go (`--help | head`, a terminal that hangs up): that is no reason to end a run, or to print a trace. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}

/** Offer `settings` as flags, under a heading of their own. */
export function addSettings(command: Command, group: string, settings: readonly Setting[]): void {
  command.optionsGroup(`${group}:`)
  for (const { name, value, help, repeatable } of settings) {
    const flag = `--${name}${value ? ` ${value}` : ''}`
    if (repeatable) command.option(flag, help, (item: string, before: string[] = []) => [...before, item])
    else command.option(flag, help)
  }
}

/** The settings that were given, under their kebab-case names, as typed. */
export function givenSettings(command: Command, settings: readonly Setting[]): Record<string, unknown> {
  const values = command.opts()
  return Object.fromEntries(
    command.options
      .filter((option) => settings.some(({ name }) => name === option.name()))
      .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
      .map((option) => [option.name(), values[option.attributeName()]]),
  )
}

/** The first Ctrl-C stops what is running and keeps what is done; a second one does not wait for that. */
export function stopOnSignals(controller: AbortController, kept: string): () => void {
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort(new AbortedError(`stopped by ${name}; ${kept}`))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return () => {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

/** One sentence a problem, on stderr. @returns the exit code */
export function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2 // commander has printed it
  if (!(error instanceof StreamError)) {
    process.stderr.write(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return 1
  }
  const problems = error instanceof ConfigInvalidError ? error.problems : [error.message]
  for (const problem of problems) process.stderr.write(`error: ${problem} [${error.code}]\n`)
  return error.exitCode
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return version
}
