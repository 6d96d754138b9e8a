import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { answering, checkBooks, readSummary, root, run, seeds, start } from './stream-process.js'

const inFlight = 4
const mounted: string[] = []

/** A small disk of its own; null where this may not be. */
function disk(size: string): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' })
    mounted.push(folder)
    return folder
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
}

t.teardown(() => {
  for (const folder of mounted.toReversed()) spawnSync('umount', ['-l', folder])
  for (const folder of mounted) rmSync(folder, { recursive: true, force: true })
})

const probe = disk('1m')
const skip = probe === null && 'a file system may not be mounted here'

/** Fill the disk until no more than `left` bytes are free. */
function fill(folder: string, left: number): void {
  const { bavail, bsize } = statfsSync(folder)
  try {
    writeFileSync(join(folder, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - left)))
  } catch (error) {
    // The run took some of it in between: then it is full.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

const free = (folder: string) => rmSync(join(folder, 'filler'))

/** Run; fill the disk once the run is in the middle of it; make room; run again; prove it. */
async function fillInTheMiddle(t: Test, { on, out, left, more = [] }: { on: string; out: string; left: number; more?: string[] }) {
  const endpoint = await answering(() => ({ afterMs: 3 }))
  t.teardown(() => endpoint.close())
  const args = [seeds, out, '--endpoint', endpoint.url, '--max-concurrency', String(inFlight), '--part-size', '8KB', '--quiet', ...more]
  const { child, ended } = start(args)
  while (child.exitCode === null && endpoint.bodies.length < 30) await new Promise((resolve) => setImmediate(resolve))
  fill(on, left)
  const stopped = await ended
  t.equal(stopped.code, 1, stopped.stderr)
  free(on)
  const before = endpoint.bodies.length
  const again = await run(args)
  t.equal(again.code, 0, again.stderr)
  checkBooks(t, out)
  const { requests } = readSummary(out)
  t.ok(requests.cached >= before - inFlight, `${requests.cached} of ${before} answers were kept`)
  t.equal(endpoint.bodies.length, before + requests.sent)
  const proof = spawnSync(process.execPath, [join(root, 'bin', 'verify.js'), out], { encoding: 'utf8' })
  t.equal(proof.status, 0, proof.stdout)
  return stopped.stderr
}

t.test('state and output on a disk that fills up: one line while there is room to end, and the same command goes on', { skip }, async (t) => {
  const on = disk('40m')!
  const stderr = await fillInTheMiddle(t, { on, out: join(on, 'out'), left: 8_000_000 })
  t.match(stderr, /^error: cannot keep [^\n]+: no space left: \d+\.\d MB are free, and 16 MB must stay so \[STREAM_SINK_FAILED\]\n$/)
})

t.test('a disk that is full to the last byte: the run ends all the same, and says why', { skip }, async (t) => {
  const on = disk('40m')!
  const stderr = await fillInTheMiddle(t, { on, out: join(on, 'out'), left: 0 })
  // LMDB prints what it met, before us.
  t.match(stderr, /error: cannot (write|keep) [^\n]+(no space left|ENOSPC|No space left|Input\/output error)[^\n]* \[STREAM_SINK_FAILED\]\n$/)
})

t.test('only the output on a full disk', { skip }, async (t) => {
  const on = disk('20m')!
  const stateDir = join(t.testdir(), 'state')
  const stderr = await fillInTheMiddle(t, { on, out: join(on, 'out'), left: 0, more: ['--state-dir', stateDir] })
  t.match(stderr, /^error: cannot write [^\n]+part-\d+-\w+\.parquet: ENOSPC[^\n]* \[STREAM_SINK_FAILED\]\n$/)
})

t.test('a disk too small to begin with: one line, and nothing was asked', { skip }, async (t) => {
  const endpoint = await answering()
  t.teardown(() => endpoint.close())
  const { code, stderr } = await run([seeds, join(disk('5m')!, 'out'), '--endpoint', endpoint.url, '--quiet'])
  t.equal(code, 1)
  t.match(stderr, /^error: cannot keep run state in [^\n]+ MB are free[^\n]+\n$/)
  t.equal(endpoint.bodies.length, 0)
})

t.test('an output folder that cannot be written: one line, and nothing was asked', { skip }, async (t) => {
  const on = disk('20m')!
  mkdirSync(join(on, 'there'))
  execFileSync('mount', ['-o', 'remount,ro', on])
  const endpoint = await answering()
  t.teardown(() => endpoint.close())
  for (const out of ['there', 'new']) {
    const { code, stderr } = await run([seeds, join(on, out), '--endpoint', endpoint.url, '--quiet'])
    t.equal(code, 1)
    t.match(stderr, /^error: cannot write to [^\n]+: EROFS[^\n]* \[STREAM_SINK_FAILED\]\n$/)
  }
  t.equal(endpoint.bodies.length, 0)
})
