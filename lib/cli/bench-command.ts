import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { BenchResult } from '../bench/result.ts'
import { SinkFailedError } from '../errors.ts'
import { benchLines, exitCodeOf } from './bench-report.ts'
import type { BenchOptions } from './bench-config.ts'
import { benchSettings } from './bench-options.ts'
import { addSettings, givenSettings, newCommand, report, stopOnSignals, type Command } from './command.ts'

const progressEveryMs = 10_000
const defaultInput = fileURLToPath(new URL('../../fixtures/seeds.parquet', import.meta.url))

/** Run `bench.js` with this process's arguments. @returns the exit code: 0, 1, 2, 3 when the client was the limit, 130 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const command = makeCommand()
    command.parse([...argv])
    const { resolveBench } = await import('./bench-config.ts')
    const options = await resolveBench(givenSettings(command, benchSettings), process.env, defaultInput)
    const { json = false, quiet = false } = command.opts()
    const say = (line: string): void => void (quiet || process.stderr.write(`${line}\n`))
    const result = await measure(options, say)
    for (const line of benchLines(result)) say(line)
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    if (options.saveResult !== null) await save(options.saveResult, result)
    return exitCodeOf(result)
  } catch (error) {
    return report(error)
  }
}

async function measure({ config }: BenchOptions, note: (line: string) => void): Promise<BenchResult> {
  const { runBench } = await import('../bench/bench.ts')
  const stop = new AbortController()
  const release = stopOnSignals(stop, 'nothing was measured to the end')
  let last = performance.now()
  const progress = (ended: number, total: number): void => {
    if (performance.now() - last < progressEveryMs) return
    last = performance.now()
    note(`${ended} of ${total} requests`)
  }
  const around = {
    now: () => performance.timeOrigin + performance.now(),
    random: Math.random,
    cpuUs: () => {
      const { user, system } = process.cpuUsage()
      return user + system
    },
    note,
    progress,
  }
  try {
    return await runBench(config, around, stop.signal)
  } finally {
    release()
  }
}

async function save(path: string, result: BenchResult): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(result, null, 2)}\n`)
  } catch (cause) {
    throw new SinkFailedError(`--save-result: cannot write ${path}: ${(cause as Error).message}`, { cause })
  }
}

function makeCommand(): Command {
  const command = newCommand(
    'bench.js',
    '--endpoint URL [options]',
    'Measure what an OpenAI-compatible endpoint delivers on the prompts of a recipe, at a fixed number of requests in flight.',
  )
  for (const group of ['Endpoint', 'Prompts', 'Load', 'Result']) {
    addSettings(command, group, benchSettings.filter((setting) => setting.group === group))
  }
  command
    .option('--json', 'print the result as JSON on stdout, under the key names of vllm bench serve')
    .option('--quiet', 'print nothing but errors, and the JSON where asked for')
  return command.addHelpText('after', notes)
}

const notes = `
Examples:
  bench.js --endpoint http://gpu-1:8000 --recipe summarize --num-prompts 5000
  bench.js --endpoint http://gpu-1:8000 --input 'fineweb/*.parquet' --max-concurrency 512 --save-result 512.json
  bench.js --endpoint http://gpu-1:8000 --max-tokens 512 --extra-body '{"ignore_eos": true}'

The load stays at full concurrency from the first warm-up until the last measured request has ended; what is in flight
then is given up, so about that many requests more are sent. Counts, rates and latencies are over the requests that
ended inside the window. Nothing is retried; failed requests are counted by code and are in no latency.

Exit codes: 0 measured, 1 failed, 2 bad usage or input, 3 measured but this client was the limit (event loop over 90 %
busy), 130 interrupted.`
