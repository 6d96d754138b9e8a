/**
 * One run, killed with `kill -9` at random moments until it has been killed often enough, then left to end: it must be
 * the run that was never killed, and must have cost at most the requests in flight at each kill.
 *
 *   node bench/kills.js [--count N] [--rows N] [--concurrency N] [--seed N] [--json] [-- options for the main job]
 *
 * Moments are drawn from the whole of a start: a third within its first second (before and while it claims the folder,
 * replays, opens its endpoint), a third by requests seen, a third by parts that get their names. Exit code 1 when
 * anything is lost, doubled or broken.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, watch } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeSeeds } from './children.js'
import { englishText } from './english.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '100' },
    rows: { type: 'string', default: '2000' },
    concurrency: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const [count, rows, concurrency] = [values.count, values.rows, values.concurrency].map(Number)
const bin = (name) => fileURLToPath(new URL(`../bin/${name}`, import.meta.url))
const say = (line) => process.stderr.write(`${line}\n`)

/** mulberry32: the same moments for the same seed. */
let state = Number(values.seed)
function random() {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

/** Answers each prompt with a text of its own, always the same, and counts who asks for what. */
const asked = new Map()
let requests = 0
const server = createServer(async (request, response) => {
  const send = (value) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  if (request.method === 'GET') return send({ object: 'list', data: [{ id: 'counting', object: 'model' }] })
  let body = ''
  for await (const chunk of request) body += chunk
  asked.set(body, (asked.get(body) ?? 0) + 1)
  requests++
  await sleep(2)
  let hash = 0
  for (let i = 0; i < body.length; i++) hash = (Math.imul(hash, 31) + body.charCodeAt(i)) >>> 0
  const message = { role: 'assistant', content: englishText(hash % 1_000_003, 900) }
  send({ id: 'x', object: 'chat.completion', created: 0, model: 'counting', choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 200, completion_tokens: 180, total_tokens: 380 } })
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

const folder = mkdtempSync(join(tmpdir(), 'seedstream-kills-'))
const args = (out) => [
  bin('stream.js'), join(folder, 'seeds'), join(folder, out), '--endpoint', `http://127.0.0.1:${server.address().port}`,
  '--recipe', 'summarize', '--max-concurrency', String(concurrency), '--part-size', '20KB', '--quiet', ...positionals,
]

function start(out) {
  const child = spawn(process.execPath, args(out), { stdio: ['ignore', 'ignore', 'pipe'] })
  const run = { child, over: false, stderr: '' }
  child.stderr.setEncoding('utf8').on('data', (text) => (run.stderr += text))
  run.ended = once(child, 'close').then(([code, signal]) => ((run.over = true), { code, signal, stderr: run.stderr }))
  return run
}

async function finish(out) {
  const { code, stderr } = await start(out).ended
  if (code !== 0) throw new Error(`the run ended with ${code}: ${stderr}`)
}

function verify(out) {
  const { stdout, status } = spawnSync(process.execPath, [bin('verify.js'), join(folder, out), '--json'], { encoding: 'utf8' })
  return { status, verdict: stdout ? JSON.parse(stdout) : null }
}

/** Every row that the ledger has: where it went, its id, its seed, and what the file says of it. In no order of the run's. */
function idsOf(out) {
  const script = `
    import { readLedger } from ${JSON.stringify(new URL('../dist/run/ledger.js', import.meta.url).href)}
    import { runIn } from ${JSON.stringify(new URL('../dist/run/output-folder.js', import.meta.url).href)}
    const { id, state } = await runIn(${JSON.stringify(join(folder, out))})
    const ledger = readLedger(state, id)
    for (const part of ledger.parts) for (const mark of ledger.marks(part)) console.log(part.name.startsWith('_') + mark.id + mark.file + '/' + mark.row + mark.digest)
    await ledger.close()`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', maxBuffer: 2 ** 30 })
  return stdout.split('\n').filter(Boolean).sort()
}

/** Wait for a moment of the run. @returns what it was */
async function moment(run, out) {
  const kind = Math.floor(random() * 3)
  if (kind === 0) {
    const ms = random() * 1000
    await Promise.race([sleep(ms), run.ended])
    return 'time'
  }
  if (kind === 1) {
    const until = requests + 1 + Math.floor(random() * 40)
    while (!run.over && requests < until) await turn()
    return 'request'
  }
  let parts = 1 + Math.floor(random() * 4)
  const watcher = watch(out, (_, name) => (parts -= /part-\d+/.test(String(name)) ? 1 : 0))
  while (!run.over && parts > 0) await turn()
  watcher.close()
  return 'part'
}

const problems = []
try {
  await writeSeeds(join(folder, 'seeds'), rows)
  say(`a run over ${rows} seeds that is left alone`)
  await finish('whole')
  const whole = idsOf('whole')
  const needs = new Set(asked.keys())
  const needed = requests
  if (verify('whole').status !== 0) problems.push('the run that was left alone does not verify')
  asked.clear()
  requests = 0

  const out = join(folder, 'killed')
  mkdirSync(out)
  const kills = { time: 0, request: 0, part: 0 }
  let total = 0
  let allowed = 0
  let ended = 0
  while (total < count) {
    const run = start('killed')
    const kind = await moment(run, out)
    run.child.kill('SIGKILL')
    const { signal, code, stderr } = await run.ended
    if (signal !== 'SIGKILL') {
      if (code !== 0) throw new Error(`after ${total} kills the same command ends with ${code}: ${stderr}`)
      // It was done before the kill: what follows replays it, and kills that.
      if (++ended > count) throw new Error('the run is over before it can be killed: give it more --rows')
      continue
    }
    kills[kind]++
    total++
    allowed += concurrency
    const { status, verdict } = verify('killed')
    // A kill before the folder is claimed leaves a run that had ended as it was: proven.
    const right = status === 2 || verdict?.status === 'unfinished' || (ended > 0 && verdict?.status === 'proven')
    if (!right) problems.push(`after kill ${total} the folder is ${verdict?.status}: ${JSON.stringify(verdict?.violations.slice(0, 3))}`)
    if (total % 10 === 0) say(`${total} kills, ${requests} of ${needed} requests`)
  }
  await finish('killed')
  const { verdict } = verify('killed')
  if (verdict.status !== 'proven') problems.push(`at the end the folder is ${verdict.status}: ${JSON.stringify(verdict.violations.slice(0, 3))}`)
  const killed = idsOf('killed')
  if (killed.length !== whole.length || killed.some((id, i) => id !== whole[i])) problems.push(`${killed.length} rows, and other than the ${whole.length} of the run left alone`)
  if (new Set(killed).size !== killed.length) problems.push('a row twice')
  const again = requests - needed
  if (again < 0 || again > allowed) problems.push(`${again} requests asked again, ${allowed} may be`)
  const strange = [...asked.keys()].filter((body) => !needs.has(body)).length
  if (strange > 0) problems.push(`${strange} requests that the run left alone did not make`)
  const left = [out, join(out, '_run'), join(out, '_rejected')].flatMap((each) => readdirSync(each)).filter((name) => /\.parquet\.tmp$|^lock/.test(name))
  if (left.length > 0) problems.push(`left behind: ${left.join(', ')}`)
  const result = {
    kills: total, ...kills, ended_before: ended, rows: whole.length, requests: needed, asked_again: again, allowed,
    most_for_one_request: Math.max(...asked.values()), problems,
  }
  if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  else {
    process.stdout.write(`${total} kills (${kills.time} by time, ${kills.request} by requests, ${kills.part} by parts): ${whole.length} rows, ${problems.length === 0 ? 'none lost, none twice, proven' : 'NOT AS THEY SHOULD BE'}\n`)
    process.stdout.write(`${needed} requests needed, ${again} asked again (${(again / total).toFixed(1)} a kill, at most ${concurrency} were in flight)\n`)
    for (const problem of problems) process.stdout.write(`  ${problem}\n`)
  }
} finally {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = problems.length === 0 ? 0 : 1
