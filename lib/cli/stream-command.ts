import { ConfigInvalidError } from '../errors.ts'
import type { RunConfig } from '../run/config.ts'
import type { Summary } from '../run/summary.ts'
import { closingLines } from './closing.ts'
import { addSettings, givenSettings, newCommand, report, stopOnSignals, type Command } from './command.ts'
import { groups, settings } from './options.ts'
import { recipeLines } from './recipe-lines.ts'

interface Switches {
  readonly config: string | null
  readonly dryRun: boolean
  readonly probeTemplate: boolean
  /** Name or file of a recipe to print. */
  readonly recipeExport: string | null
  readonly recipeList: boolean
  /** Name of a set of arms to print, and tokens for each arm. */
  readonly arms: string | null
  readonly budget: string | null
  /** File with the losses of two models, and how many deviations an anomaly is above the mean. */
  readonly diagnoseLosses: string | null
  readonly anomalyK: string | null
  readonly printConfig: boolean
  readonly quiet: boolean
  readonly json: boolean
}

/** Run `stream.js` with this process's arguments. @returns the exit code (DESIGN section 2) */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const parsed = parseCommandLine(argv)
    const { recipeExport, recipeList, arms, budget, diagnoseLosses, anomalyK } = parsed.switches
    if (recipeList) return print(recipeLines())
    if (arms !== null) {
      const { armLines } = await import('./arm-lines.ts')
      return print(armLines(arms, budget))
    }
    if (budget !== null) throw new ConfigInvalidError(['--budget: only --arms has one'])
    if (diagnoseLosses !== null) {
      const { tellLosses } = await import('./loss-lines.ts')
      const last = await tellLosses(diagnoseLosses, anomalyK, (line) => print(`${line}\n`))
      if (!parsed.switches.quiet) process.stderr.write(`${last}\n`)
      return 0
    }
    if (anomalyK !== null) throw new ConfigInvalidError(['--anomaly-k: only --diagnose-losses has one'])
    if (recipeExport !== null) {
      const { loadRecipe, recipeToYaml } = await import('../recipes/load.ts')
      return print(recipeToYaml(await loadRecipe(recipeExport)))
    }
    // What follows needs the validator and YAML, which --help does not wait for.
    const { resolveConfig } = await import('./config.ts')
    const config = await resolveConfig(parsed.places, parsed.flags, parsed.switches.config, process.env)
    return await act(config, parsed.switches)
  } catch (error) {
    return report(error)
  }
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

async function act(config: RunConfig, switches: Switches): Promise<number> {
  if (switches.printConfig) {
    const { printable } = await import('./config.ts')
    const { toYaml } = await import('../yaml.ts')
    return print(toYaml(printable(config)))
  }
  if (switches.json && config.output === '-') throw new ConfigInvalidError(['--json: stdout already carries the Arrow output (-)'])
  const stop = new AbortController()
  const release = stopOnSignals(stop, 'what is done is kept, the same command goes on from here')
  try {
    if (switches.dryRun) {
      const { dryRun } = await import('../run/dry-run.ts')
      for await (const line of dryRun(config, stop.signal)) process.stdout.write(`${line}\n`)
      return 0
    }
    if (switches.probeTemplate) {
      const { probeTemplate } = await import('../run/probe-template.ts')
      const say = (line: string): void => void (switches.quiet || process.stderr.write(`${line}\n`))
      const { lines, template } = await probeTemplate(config, { note: say, now: Date.now, random: Math.random }, stop.signal)
      for (const line of lines) process.stdout.write(`${line}\n`)
      return template === null ? 1 : 0
    }
    return await runJob(config, switches, stop.signal)
  } finally {
    release()
  }
}

async function runJob(config: RunConfig, switches: Switches, signal: AbortSignal): Promise<number> {
  const { openJob } = await import('../run/job.ts')
  const { withFailure } = await import('../run/summary.ts')
  const { showProgress } = await import('./progress.ts')
  const { printable } = await import('./config.ts')
  const say = (line: string): void => void (switches.quiet || process.stderr.write(`${line}\n`))
  const around = { stdout: process.stdout, note: say, now: Date.now, random: Math.random, printable: printable(config) }
  const job = await openJob(config, around, signal)
  const display = switches.quiet ? null : showProgress(job, process.stderr, Date.now)
  const conclude = (summary: Summary, done: boolean): void => {
    display?.stop()
    for (const line of closingLines(summary, config.output, done)) say(line)
    if (switches.json) process.stdout.write(`${JSON.stringify(summary)}\n`)
  }
  try {
    const summary = await job.run()
    conclude(summary, true)
    return exitCode(config, summary)
  } catch (error) {
    conclude(withFailure(job.snapshot(), error), false)
    throw error
  }
}

/** 0, or 3 when more failed than `--max-failures` allows. */
function exitCode(config: RunConfig, summary: Summary): number {
  if (config.maxFailures === null) return 0
  const failed = Object.values(summary.outputs.failed).reduce((a, b) => a + b, 0)
  const allowed = 'rows' in config.maxFailures ? config.maxFailures.rows : (config.maxFailures.percent / 100) * summary.requests.planned
  return failed > allowed ? 3 : 0
}

interface ParsedLine {
  readonly places: readonly string[]
  readonly flags: Readonly<Record<string, unknown>>
  readonly switches: Switches
}

function parseCommandLine(argv: readonly string[]): ParsedLine {
  const command = makeCommand()
  command.parse([...argv])
  const values = command.opts()
  return {
    places: command.args,
    flags: givenSettings(command, settings),
    switches: {
      config: values['config'] ?? null,
      dryRun: values['dryRun'] ?? false,
      probeTemplate: values['probeTemplate'] ?? false,
      recipeExport: values['recipeExport'] ?? null,
      recipeList: values['recipeList'] ?? false,
      arms: values['arms'] ?? null,
      budget: values['budget'] ?? null,
      diagnoseLosses: values['diagnoseLosses'] ?? null,
      anomalyK: values['anomalyK'] ?? null,
      printConfig: values['printConfig'] ?? false,
      quiet: values['quiet'] ?? false,
      json: values['json'] ?? false,
    },
  }
}

function makeCommand(): Command {
  const command = newCommand(
    'stream.js',
    '[options] <input...> <output>',
    'Turn seed documents (Parquet, Arrow, JSONL) into synthetic pretraining data with an OpenAI-compatible endpoint.\n' +
      'Input: files, folders, globs, or - for an Arrow IPC stream on stdin. Output: a folder of Parquet parts, or - for Arrow on stdout.',
  ).argument('[places...]', 'input files, folders or globs, then the output folder')
  for (const group of groups) {
    addSettings(command, group, settings.filter((setting) => setting.group === group))
    if (group === 'Recipe') {
      command
        .option('--recipe-list', 'list the built-in recipes and exit')
        .option('--recipe-export <NAME>', 'print a recipe as YAML, to change it and run it with --recipe FILE, and exit')
        .option('--arms <NAME>', 'print the data sets that BeyondWeb compares: rq1 to rq7, headline; with the commands that make them')
        .option('--budget <TOKENS>', "tokens an arm for --arms, e.g. 20B (default: the paper's)")
    }
    if (group === 'Run') {
      command
        .option('--config <FILE>', 'YAML with any of these options (without the dashes), and input and output; flags win')
        .option('--dry-run', 'show rendered prompts and the token plan; send nothing, write nothing')
        .option('--probe-template', 'find the --prox-template that a ProX chunk refiner understands, with 32 chunks each; write nothing')
        .option('--diagnose-losses <FILE>', 'say where the losses of two models come apart, for each row of a JSONL file with real_loss and synthetic_loss, and exit')
        .option('--anomaly-k <K>', 'deviations above the mean that make an anomaly for --diagnose-losses (default: 3)')
        .option('--print-config', 'print the configuration in effect as YAML and exit')
    }
    if (group === 'Display') {
      command
        .option('--json', 'print the summary as JSON on stdout when the run ends')
        .option('--quiet', 'print nothing but errors')
    }
  }
  return command.addHelpText('after', examples)
}

function examples(): string {
  return `
Recipes:
${recipeLines('  ')}
Examples:
  stream.js in.parquet out/                                   try it offline, without a GPU
  stream.js in.parquet out/ --dry-run --limit 100             what would be sent, and how much
  stream.js 'fineweb/*.parquet' out/ --endpoint http://gpu-1:8000 --quality 'column:int_score>=3' --keep-columns url
  cat seeds.arrows | stream.js - - --recipe summarize > synthetic.arrows

The same command goes on where an interrupted run stopped. Exit codes: 0 done, 1 failed, 2 bad usage or input,
3 done with more failures than --max-failures, 130 interrupted.`
}
