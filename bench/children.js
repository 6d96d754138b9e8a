/** The processes that the benches of whole programs are made of: canned server, bare loop, main job. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const sampleEveryMs = 50

/** Start bench/canned-server.js. Its stats tell how busy it was: {answered, peak, mean_completion_tokens, cpu_us}. */
export async function startCannedServer(args = []) {
  const child = spawn(process.execPath, [here('canned-server.js'), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]) => { throw new Error(`canned-server.js ended with ${code} before it listened`) }),
  ])
  const origin = `http://127.0.0.1:${line}`
  return {
    port: Number(line),
    origin,
    stats: async () => (await fetch(`${origin}/stats`)).json(),
    async stop() {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

/** Run bench/bare-loop.js. @returns {requests, seconds, per_s, cpu_us} */
export async function runBareLoop({ port, requests, concurrency }) {
  const args = [here('bare-loop.js'), port, requests, concurrency].map(String)
  const { stdout } = await runNode(args)
  return JSON.parse(stdout)
}

/** Write seed files with bench/write-seeds.js, in a process of its own so that its memory is nobody's. */
export async function writeSeeds(folder, rows) {
  await runNode([here('write-seeds.js'), folder, String(rows)])
}

/**
 * Run `bin/stream.js` with `args` to its end, watched from inside (loop-delay.js) and outside.
 * @returns {summary, wall_s, cpu_us, loop_delay_ms, loop_utilization, peak_rss_bytes, peak_anon_bytes} with null for
 * what this system does not tell
 */
export async function runMainJob(args, { probe, nodeArgs = [] }) {
  let anon = null
  const start = performance.now()
  const { stdout } = await runNode(
    [...nodeArgs, '--import', new URL('loop-delay.js', import.meta.url).href, here('../bin/stream.js'), ...args, '--json', '--quiet'],
    { env: { ...process.env, BENCH_PROBE: probe }, onSample: (bytes) => { anon = Math.max(anon ?? 0, bytes) } },
  )
  const wall = (performance.now() - start) / 1000
  const { cpu_user_us: user, cpu_system_us: system, ...seen } = JSON.parse(await readFile(probe, 'utf8'))
  return { summary: JSON.parse(stdout), wall_s: wall, cpu_us: user + system, ...seen, peak_anon_bytes: anon }
}

/** Run node to its end. @returns {stdout, stderr} @throws Error with what it said where its exit code is not 0 */
export async function runNode(args, { env = process.env, onSample } = {}) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  const exit = once(child, 'close')
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const timer = onSample && setInterval(() => anonymousBytes(child.pid).then((bytes) => bytes && onSample(bytes)), sampleEveryMs)
  const [code, signal] = await exit
  clearInterval(timer)
  if (code === 0) return { stdout, stderr }
  throw new Error(`node ${args.join(' ')} ended with ${signal ?? code}\n${stderr.trim()}`)
}

/** RssAnon: memory that belongs to the process alone. Peak RSS also counts pages of LMDB's file, which cost nothing. */
async function anonymousBytes(pid) {
  try {
    return Number(/RssAnon:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))[1]) * 1024
  } catch {
    return null
  }
}
