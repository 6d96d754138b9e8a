/**
 * One run, killed with `kill -9` at random moments until it has been killed often enough, then left to end: it must be
 * the run that was never killed, and must have cost at most the requests in flight at each kill. The endpoint is a
 * simulated one in a process of its own, and what was in flight is what it says: the last request of each connection that
 * the kill has cut. No request may come back that was not among them, and none more often than it was.
 *
 *   node bench/kills.js [--count N] [--rows N] [--concurrency N] [--seed N] [--json] [-- options for the main job]
 *
 * Moments are drawn from the whole of a start: a third within its first second (before and while it claims the folder,
 * replays, opens its endpoint), a third by requests seen, a third by parts that get their names. Exit code 1 when
 * anything is lost, doubled or broken.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeSeeds } from './children.js'
import { startSimulated } from './simulated/start.js'

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
/** Most, so that the kills by requests are spread over the whole run, whatever is asked again. */
const requestsPerKill = Math.max(4 * concurrency, Math.ceil((6 * rows) / count))
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

/** Between two looks at what the endpoint has seen: more often would keep a core from those that are looked at. */
const lookEveryMs = 2

/**
 * One answer for one body, in every run. About 70 ms each: longer than the system takes to close the sockets of a process
 * that was killed, or everything that was in flight would seem to have been answered.
 */
const startEndpoint = () => startSimulated(['--speed', 20, '--base-ms', 8, '--per-seq-ms', 0, '--output-mean', 180])

const folder = mkdtempSync(join(tmpdir(), 'seedstream-kills-'))
const args = (out, endpoint) => [
  bin('stream.js'), join(folder, 'seeds'), join(folder, out), '--endpoint', endpoint.url,
  '--recipe', 'summarize', '--max-concurrency', String(concurrency), '--part-size', '20KB', '--quiet', ...positionals,
]

function start(out, endpoint) {
  const child = spawn(process.execPath, args(out, endpoint), { stdio: ['ignore', 'ignore', 'pipe'] })
  const run = { child, over: false, stderr: '' }
  child.stderr.setEncoding('utf8').on('data', (text) => (run.stderr += text))
  run.ended = once(child, 'close').then(([code, signal]) => ((run.over = true), { code, signal, stderr: run.stderr }))
  return run
}

async function finish(out, endpoint) {
  const { code, stderr } = await start(out, endpoint).ended
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
async function moment(run, out, endpoint) {
  const kind = Math.floor(random() * 3)
  if (kind === 0) {
    const ms = random() * 1000
    await Promise.race([sleep(ms), run.ended])
    return 'time'
  }
  if (kind === 1) {
    const received = async () => (await endpoint.stats()).requests.received
    const until = (await received()) + 1 + Math.floor(random() * requestsPerKill)
    while (!run.over && (await received()) < until) await sleep(lookEveryMs)
    return 'request'
  }
  // Each part is seen twice, as it is begun and as it gets its name; those of the run before, which go, do not count.
  let parts = 1 + Math.floor(random() * 8)
  const seen = new AbortController()
  const watcher = watch(out, (_, name) => {
    if (/part-\d+/.test(String(name)) && existsSync(join(out, String(name))) && --parts === 0) seen.abort()
  })
  await Promise.race([once(seen.signal, 'abort'), run.ended])
  watcher.close()
  return 'part'
}

/** Hashes of what was in flight when a client was killed, once its last connection is gone; those answered apart. */
async function inFlightAtKill(endpoint) {
  while ((await endpoint.stats()).connections > 0) await sleep(lookEveryMs)
  const cut = await endpoint.cut()
  return { all: cut.map(({ hash }) => hash), unanswered: cut.filter(({ answered }) => !answered).length }
}

const problems = []
const endpoints = []
try {
  await writeSeeds(join(folder, 'seeds'), rows)
  say(`a run over ${rows} seeds that is left alone`)
  const [calm, endpoint] = (endpoints.push(await startEndpoint(), await startEndpoint()), endpoints)
  await finish('whole', calm)
  const whole = idsOf('whole')
  const once = await calm.requests()
  const needed = Object.keys(once).length
  if ((await calm.stats()).requests.received !== needed) problems.push('the run that was left alone asks for something twice')
  if (verify('whole').status !== 0) problems.push('the run that was left alone does not verify')

  const out = join(folder, 'killed')
  mkdirSync(out)
  const kills = { time: 0, request: 0, part: 0 }
  let total = 0
  let ended = 0
  const inFlight = { most: 0, sum: 0, unanswered: 0 }
  /** Kills at which it was in flight, by hash. */
  const struck = new Map()
  while (total < count) {
    const run = start('killed', endpoint)
    const kind = await moment(run, out, endpoint)
    run.child.kill('SIGKILL')
    const { signal, code, stderr } = await run.ended
    const { all, unanswered } = await inFlightAtKill(endpoint)
    if (signal !== 'SIGKILL') {
      if (code !== 0) throw new Error(`after ${total} kills the same command ends with ${code}: ${stderr}`)
      // It was done before the kill: what follows replays it, and kills that.
      if (++ended > count) throw new Error('the run is over before it can be killed: give it more --rows')
      continue
    }
    kills[kind]++
    total++
    inFlight.most = Math.max(inFlight.most, all.length)
    inFlight.sum += all.length
    inFlight.unanswered += unanswered
    for (const hash of all) struck.set(hash, (struck.get(hash) ?? 0) + 1)
    if (all.length > concurrency) problems.push(`at kill ${total} ${all.length} requests were in flight, ${concurrency} may be`)
    const { status, verdict } = verify('killed')
    // A kill before the folder is claimed leaves a run that had ended as it was: proven.
    const right = status === 2 || verdict?.status === 'unfinished' || (ended > 0 && verdict?.status === 'proven')
    if (!right) problems.push(`after kill ${total} the folder is ${verdict?.status}: ${JSON.stringify(verdict?.violations.slice(0, 3))}`)
    if (total % 10 === 0) say(`${total} kills, ${(await endpoint.stats()).requests.distinct} of ${needed} requests`)
  }
  await finish('killed', endpoint)
  const { verdict } = verify('killed')
  if (verdict.status !== 'proven') problems.push(`at the end the folder is ${verdict.status}: ${JSON.stringify(verdict.violations.slice(0, 3))}`)
  const killed = idsOf('killed')
  const onlyIn = (these, those) => these.filter((row) => !those.has(row))
  const [lost, added] = [onlyIn(whole, new Set(killed)), onlyIn(killed, new Set(whole))]
  if (lost.length + added.length > 0 || killed.length !== whole.length) {
    problems.push(`${killed.length} rows and ${whole.length} of the run left alone; only there: ${lost.length} (${lost.slice(0, 3)}); only here: ${added.length} (${added.slice(0, 3)})`)
  }
  if (new Set(killed).size !== killed.length) problems.push('a row twice')
  const seen = await endpoint.requests()
  const again = (await endpoint.stats()).requests.received - Object.keys(seen).length
  if (again > inFlight.sum) problems.push(`${again} requests asked again, ${inFlight.sum} were in flight at the kills`)
  const tooOften = Object.entries(seen).filter(([hash, times]) => times > 1 + (struck.get(hash) ?? 0)).length
  if (tooOften > 0) problems.push(`${tooOften} requests were seen more often than once and once more for each kill that found them in flight`)
  const strange = Object.keys(seen).filter((hash) => !(hash in once)).length
  if (strange > 0) problems.push(`${strange} requests that the run left alone did not make`)
  const missing = Object.keys(once).filter((hash) => !(hash in seen)).length
  if (missing > 0) problems.push(`${missing} requests that were never made`)
  const left = [out, join(out, '_run'), join(out, '_rejected')].flatMap((each) => readdirSync(each)).filter((name) => /\.parquet\.tmp$|^lock/.test(name))
  if (left.length > 0) problems.push(`left behind: ${left.join(', ')}`)
  const result = {
    kills: total, ...kills, ended_before: ended, rows: whole.length, requests: needed, asked_again: again,
    in_flight: { at_kills: inFlight.sum, unanswered: inFlight.unanswered, most: inFlight.most, may_be: concurrency },
    most_for_one_request: Math.max(...Object.values(seen)), problems,
  }
  if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  else {
    process.stdout.write(`${total} kills (${kills.time} by time, ${kills.request} by requests, ${kills.part} by parts): ${whole.length} rows, ${problems.length === 0 ? 'none lost, none twice, proven' : 'NOT AS THEY SHOULD BE'}\n`)
    process.stdout.write(`${needed} requests needed, ${again} asked again (${(again / total).toFixed(1)} a kill); ${inFlight.sum} were in flight at the kills (at most ${inFlight.most} of ${concurrency}), ${inFlight.unanswered} of them not answered; at most ${result.most_for_one_request} times the same\n`)
    for (const problem of problems) process.stdout.write(`  ${problem}\n`)
  }
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error))
  say(problems.at(-1))
} finally {
  for (const endpoint of endpoints) await endpoint.stop()
  // What went wrong is still there to be looked at.
  if (problems.length > 0) say(`kept: ${folder}`)
  else rmSync(folder, { recursive: true, force: true })
}
process.exitCode = problems.length === 0 ? 0 : 1
