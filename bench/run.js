/** `npm run bench` lists the benches, `npm run bench -- NAME [options]` runs one. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const benches = {
  pipeline: 'the whole main job against a canned server, beside a bare undici loop',
  memory: 'peak memory of the main job at 1x and 10x the input',
  client: 'a request through our client beside a bare undici loop: rate, CPU, memory in flight and over time',
  prefill: 'prompt tokens that servers compute, document first against instruction first',
  quality: 'the sets of quality rules: time a document, and what they drop from real ones',
  classifier: 'texts a second through the classifier client, beside a bare undici loop',
  'prompt-arrays': 'completions a second and CPU for each with --batch, and how full the arrays stay',
  dedupe: 'recall, precision and speed of near-duplicate detection',
  fasttext: 'documents a second through a large fastText model, beside fastText itself',
  'dedupe-memory': 'memory, disk and speed of the dedupe index, over budget at 1x and 10x the documents',
  autopilot: 'the autopilot against the best fixed concurrency of a sweep, in simulated time',
  'autopilot-http': 'the same through real HTTP, with an endpoint that dies and comes back',
  kills: 'kill -9 at random moments of one run, and what it cost',
  'canned-server': 'the canned server alone, to point other programs at',
  simulated: 'an endpoint with the timing, metrics and faults of a real one; --help explains',
}

/** Where it is not NAME.js. */
const files = { simulated: 'simulated/server.js' }

const [name, ...args] = process.argv.slice(2)
if (!Object.hasOwn(benches, name ?? '')) {
  if (name !== undefined && name !== '--help') process.stderr.write(`no bench is named ${name}\n\n`)
  const width = Math.max(...Object.keys(benches).map((each) => each.length))
  const list = Object.entries(benches).map(([each, help]) => `  ${each.padEnd(width)}  ${help}`)
  process.stdout.write(`npm run bench -- NAME [options]\n\n${list.join('\n')}\n\nWhat they measure and the last figures: bench/README.md\n`)
  process.exitCode = name === undefined || name === '--help' ? 0 : 2
} else {
  const child = spawn(process.execPath, [fileURLToPath(new URL(files[name] ?? `${name}.js`, import.meta.url)), ...args], { stdio: 'inherit' })
  child.on('exit', (code, signal) => (process.exitCode = signal ? 1 : code))
}
