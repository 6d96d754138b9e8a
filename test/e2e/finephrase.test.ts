import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { verify } from '../../dist/run/verify.js'
import { answering, checkBooks, ids, readParts, readSummary, run, seeds, start } from './stream-process.js'

const inFlight = 4
const variants = ['math', 'table', 'faq', 'tutorial']
const proof = (out: string) => verify(out, { stateDir: null, most: 10, onPart: () => {} })

// What datatrove's runner does for FinePhrase by a cache of requests, files of chunks and a resume, is done by state, parts and the same command here.
t.test('finephrase, killed in the middle: no id twice, none missing, and every reply that was kept is used', async (t) => {
  const out = join(t.testdir(), 'out')
  const endpoint = await answering(() => ({ afterMs: 3 }))
  t.teardown(() => endpoint.close())
  const args = [seeds, out, '--recipe', 'finephrase', '--endpoint', endpoint.url, '--limit', '50', '--dedupe', 'none', '--max-concurrency', String(inFlight), '--part-size', '20KB', '--quiet']
  const { child, ended } = start(args)
  while (child.exitCode === null && endpoint.bodies.length < 90) await new Promise((resolve) => setImmediate(resolve))
  child.kill('SIGKILL')
  t.equal((await ended).signal, 'SIGKILL')
  t.match(await proof(out), { status: 'unfinished' })
  const asked = endpoint.bodies.length
  t.equal((await run(args)).code, 0)

  const { requests, seeds: { kept: documents } } = readSummary(out)
  const planned = documents * variants.length
  t.ok(planned > 160)
  t.same([requests.planned, requests.cached + requests.sent, endpoint.bodies.length - asked], [planned, planned, requests.sent])
  t.ok(requests.cached >= asked - inFlight && requests.cached <= asked, `${requests.cached} of ${asked} that were asked before are used`)
  t.equal(new Set(endpoint.bodies).size, planned, 'the same requests, and no other')
  const rows = readParts(out)
  t.same(rows.map((row) => row['variant']).toSorted(), variants.toSorted().flatMap((variant) => Array.from({ length: documents }, () => variant)))
  t.equal(new Set(rows.map((row) => `${row['seed_id']} ${row['variant']}`)).size, planned, 'each document four times, each time otherwise')
  t.ok(readdirSync(out).filter((name) => name.endsWith('.parquet')).length > 2, 'parts are cut by size')
  checkBooks(t, out)
  t.match(await proof(out), { status: 'proven', violations: [] })

  t.equal((await run(args)).code, 0)
  t.match(readSummary(out).requests, { sent: 0, cached: planned }, 'once more: nothing is asked')
  t.equal(endpoint.bodies.length, asked + requests.sent)
  t.same(ids(readParts(out)), ids(rows))
})
