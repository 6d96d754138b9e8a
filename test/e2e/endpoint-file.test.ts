import { execFile } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { startSimulated, type Simulated } from '../../bench/simulated/start.js'
import { checkBooks, readSummary, root, run, seeds, start, type Running } from './stream-process.js'

const turn = () => new Promise((resolve) => setImmediate(resolve))

async function simulated(t: Test): Promise<Simulated> {
  const server = await startSimulated(['--speed', 20, '--max-num-seqs', 4])
  t.teardown(() => server.stop())
  return server
}

function writeSeeds(folder: string, count: number): string {
  const file = join(folder, 'seeds.jsonl')
  const words = 'The river rises in the hills and it flows to the sea with water that is cold and clear'
  writeFileSync(file, Array.from({ length: count }, (_, i) => JSON.stringify({ id: `s${i}`, text: `Town ${i}. ${words}. It passes mill number ${i}.` })).join('\n'))
  return file
}

/** Until a line on stderr says so, or the run has ended. */
async function told({ child }: Running, line: RegExp): Promise<void> {
  let text = ''
  child.stderr!.on('data', (chunk: Buffer) => (text += String(chunk)))
  while (!line.test(text) && child.exitCode === null) await turn()
}

async function answered(server: Simulated, count: number, { child }: Running): Promise<void> {
  while ((await server.stats()).requests.answered < count && child.exitCode === null) await turn()
}

t.test('one endpoint at the start, a second is added, the first is drained: nothing is cut, nothing is asked twice', async (t) => {
  const folder = t.testdir()
  const [first, second] = [await simulated(t), await simulated(t)]
  const out = join(folder, 'out')
  const hosts = join(folder, 'hosts.txt')
  writeFileSync(hosts, `# the first rack\r\n${first.url}\r\n`)
  const running = start([writeSeeds(folder, 400), out, '--recipe', 'summarize', '--dedupe', 'none', '--endpoint', `@${hosts}`])
  const [joined, drained] = [told(running, /takes part from now on/), told(running, /is drained/)]
  await answered(first, 20, running)
  t.equal((await second.stats()).connections, 0, 'the second knows of nothing')
  // As editors save.
  writeFileSync(`${hosts}~`, `${first.url}\n${second.url}   # new\n`)
  renameSync(`${hosts}~`, hosts)
  await joined
  await answered(second, 20, running)
  writeFileSync(hosts, `#${first.url}\n${second.url}\n`)
  await drained
  t.equal(running.child.exitCode, null, 'and the run goes on')
  const then = [(await first.stats()).requests, (await second.stats()).requests] as const
  const { code, stderr } = await running.ended
  t.equal(code, 0, stderr)

  const [before, after] = [await first.stats(), await second.stats()]
  t.equal(before.requests.received, then[0].received, 'the first was asked nothing more')
  t.ok(after.requests.received >= then[1].received + 50, `the second was: ${after.requests.received - then[1].received}`)
  t.equal(before.requests.answered + after.requests.answered, 400)
  t.strictSame([before.aborted, after.aborted], [0, 0], 'no request was cut')
  t.ok([...(await first.cut()), ...(await second.cut())].every(({ answered }) => answered))
  const attempts = [await first.requests(), await second.requests()] as const
  t.ok(attempts.every((each) => Object.values(each).every((times) => times === 1)))
  t.equal(new Set(attempts.flatMap((each) => Object.keys(each))).size, 400, 'each request went to one of them, once')

  const { requests, endpoints, run: head } = readSummary(out)
  t.match(requests, { planned: 400, sent: 400, completed: 400, retries: 0, failed: {} })
  t.match(endpoints, [
    { origin: first.url, up: false, completed: before.requests.answered },
    { origin: second.url, up: true, completed: after.requests.answered },
  ])
  t.equal(head.endpoint, `@${hosts}`, 'as typed')
  t.match(stderr, `endpoint ${second.url} is up and takes part from now on\n`)
  t.match(stderr, `endpoint ${first.url} is drained: ${before.requests.answered} answered\n`)
  checkBooks(t, out)
  t.match((await promisify(execFile)(process.execPath, [join(root, 'bin', 'verify.js'), out])).stdout, /^proven/)
})

t.test('a file of endpoints that is no such thing ends the run before it starts, with one line', async (t) => {
  const folder = t.testdir({ 'hosts.txt': 'http://127.0.0.1:9\nhttp://me:hunter2@gpu-1\n' })
  for (const [file, line] of [['hosts.txt', /^error: \S+hosts\.txt:2: endpoint URL http:\/\/\*\*\*@gpu-1 must not .* \[STREAM_CONFIG_INVALID\]\n$/], ['none.txt', /^error: --endpoint @\S+none\.txt cannot be read: ENOENT.* \[STREAM_CONFIG_INVALID\]\n$/]] as const) {
    const { code, stderr } = await run([seeds, join(folder, 'out'), '--endpoint', `@${join(folder, file)}`])
    t.equal(code, 2)
    t.match(stderr, line)
  }
})
