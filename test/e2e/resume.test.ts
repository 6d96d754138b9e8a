import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { answering, checkBooks, ids, readParts, readSummary, run, seeds, start } from './stream-process.js'

t.test('two runs give the same ids and texts; a rerun asks nothing and replaces the parts', async (t) => {
  const folder = t.testdir()
  const endpoint = await answering()
  t.teardown(() => endpoint.close())
  const args = (out: string) => [seeds, join(folder, out), '--endpoint', endpoint.url, '--recipe', 'summarize', '--quiet']
  t.equal((await run(args('a'))).code, 0)
  const asked = endpoint.bodies.length
  t.ok(asked > 10)
  t.equal((await run(args('b'))).code, 0)
  t.equal(endpoint.bodies.length, 2 * asked)
  const [a, b] = [readParts(join(folder, 'a')), readParts(join(folder, 'b'))]
  t.same(ids(a), ids(b))
  t.equal((await run(args('a'))).code, 0)
  t.equal(endpoint.bodies.length, 2 * asked, 'all from state')
  t.same(ids(readParts(join(folder, 'a'))), ids(a))
  t.match(readSummary(join(folder, 'a')), { run: { resumed: true }, requests: { sent: 0, cached: asked } })
  checkBooks(t, join(folder, 'a'))
})

t.test('kill -9 in the middle: the same command ends with the rows of an uninterrupted run', async (t) => {
  const folder = t.testdir()
  const endpoint = await answering(() => ({ afterMs: 5 }))
  t.teardown(() => endpoint.close())
  const args = (out: string) => [seeds, join(folder, out), '--endpoint', endpoint.url, '--max-concurrency', '4', '--quiet']
  t.equal((await run(args('whole'))).code, 0)
  const needed = endpoint.bodies.length
  endpoint.bodies.length = 0
  let kills = 0
  for (const at of [3, 20, 40]) {
    const { child, ended } = start(args('killed'))
    const seen = endpoint.bodies.length
    while (child.exitCode === null && endpoint.bodies.length < seen + at) await new Promise((resolve) => setImmediate(resolve))
    if (child.kill('SIGKILL')) kills++
    await ended
    t.notOk(existsSync(join(folder, 'killed', '_SUCCESS')))
  }
  t.equal((await run(args('killed'))).code, 0)
  t.equal(kills, 3)
  t.same(ids(readParts(join(folder, 'killed'))), ids(readParts(join(folder, 'whole'))))
  t.ok(endpoint.bodies.length <= needed + kills * 4, `${endpoint.bodies.length} requests for ${needed} and ${kills} kills with 4 in flight`)
  checkBooks(t, join(folder, 'killed'))
})

t.test('Ctrl-C: exit 130, finished rows readable, the same command goes on', async (t) => {
  const folder = t.testdir()
  const endpoint = await answering(() => ({ afterMs: 5 }))
  t.teardown(() => endpoint.close())
  const args = [seeds, join(folder, 'out'), '--endpoint', endpoint.url, '--max-concurrency', '2']
  const { child, ended } = start([...args, '--json'])
  while (endpoint.bodies.length < 40) await new Promise((resolve) => setImmediate(resolve))
  child.kill('SIGINT')
  const { code, stderr, stdout } = await ended
  t.equal(code, 130, stderr)
  t.match(JSON.parse(String(stdout)), { run: { status: 'interrupted', error: { code: 'STREAM_ABORTED' } } })
  t.match(stderr, /stopped after .*\n(.*\n)*error: stopped by SIGINT.*goes on from here.*\[STREAM_ABORTED\]/)
  t.notOk(existsSync(join(folder, 'out', '_SUCCESS')))
  t.equal(readSummary(join(folder, 'out')).run.status, 'interrupted')
  t.equal(readParts(join(folder, 'out')).length, readSummary(join(folder, 'out')).outputs.written)
  const before = endpoint.bodies.length
  t.equal((await run(args)).code, 0)
  const { requests } = readSummary(join(folder, 'out'))
  t.equal(requests.cached + requests.sent, requests.planned)
  t.ok(requests.cached >= 30)
  t.equal(endpoint.bodies.length, before + requests.sent)
  checkBooks(t, join(folder, 'out'))
})
