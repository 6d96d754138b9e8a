import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, watch } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { answering, checkBooks, ids, readParts, root, run, seeds, start, type Answering, type Running } from './stream-process.js'

const inFlight = 4
const turn = () => new Promise((resolve) => setImmediate(resolve))
const names = (folder: string) => (existsSync(folder) ? readdirSync(folder) : [])

/** Resolves when `happened`, or when the run is over by itself. */
async function until(running: Running, happened: () => boolean): Promise<void> {
  while (running.child.exitCode === null && !happened()) await turn()
}

/** Resolves with the first event in `folder` about a name that matches. */
function seen(folder: string, name: RegExp): { event: () => boolean; close(): void } {
  let happened = false
  const watcher = watch(folder, (_, about) => (happened ||= name.test(String(about))))
  return { event: () => happened, close: () => watcher.close() }
}

/** Where a run is killed. Nothing waits for a time: each watches for what the run does. */
const moments: Record<string, (running: Running, out: string, endpoint: Answering) => Promise<void>> = {
  'before it has locked anything': async (running) => until(running, () => running.child.pid !== undefined),
  'while it claims the folder': (running, out) => until(running, () => names(join(out, '_run')).includes('lock')),
  'while it writes its configuration': async (running, out) => {
    const watched = seen(join(out, '_run'), /^config\.yaml/)
    await until(running, watched.event)
    watched.close()
  },
  'before its first request': (running, out) => until(running, () => names(join(out, '_run')).includes('run.json')),
  'after its first request': (running, _, endpoint) => {
    const before = endpoint.bodies.length
    return until(running, () => endpoint.bodies.length > before)
  },
  'some requests later': (running, _, endpoint) => {
    const before = endpoint.bodies.length
    return until(running, () => endpoint.bodies.length > before + 25)
  },
  'while a part is being written': async (running, out) => {
    const watched = seen(out, /^\.part-00001-.*\.tmp$/)
    await until(running, watched.event)
    watched.close()
  },
  'while a part gets its name': async (running, out) => {
    const watched = seen(out, /^part-00001-/)
    await until(running, watched.event)
    watched.close()
  },
  'while a part of rejects gets its name': async (running, out) => {
    const rejected = join(out, '_rejected')
    await until(running, () => existsSync(rejected))
    const watched = seen(rejected, /^part-00000-/)
    await until(running, watched.event)
    watched.close()
  },
  'with its last part in place': async (running, out) => {
    const watched = seen(out, /^_SUCCESS$/)
    // The marker of the run before goes when the folder is claimed: only one that is there counts.
    await until(running, () => watched.event() && names(out).includes('_SUCCESS'))
    watched.close()
  },
}

const last = 'with its last part in place'

function verified(out: string) {
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'bin', 'verify.js'), out], { encoding: 'utf8' })
  return { code: status, stdout }
}

t.test('kill -9 wherever it hurts: one run, killed at every moment, ends as if it never was', async (t) => {
  const folder = t.testdir()
  const endpoint = await answering(() => ({ afterMs: 3 }))
  t.teardown(() => endpoint.close())
  const args = (out: string) =>
    [seeds, join(folder, out), '--endpoint', endpoint.url, '--max-concurrency', String(inFlight), '--part-size', '8KB', '--quality', 'gopher', '--quiet']
  t.equal((await run(args('whole'))).code, 0)
  const once = new Map<string, number>()
  for (const body of endpoint.bodies) once.set(body, (once.get(body) ?? 0) + 1)
  const needed = endpoint.bodies.length
  endpoint.bodies.length = 0

  const out = join(folder, 'killed')
  mkdirSync(out)
  let kills = 0
  for (const [name, moment] of Object.entries(moments)) {
    // Close to its end a run may be over before the kill arrives: then it was one more run, and the next one is tried.
    for (let hit = false, tries = 0; !hit; tries++) {
      const running = start(args('killed'))
      await moment(running, out, endpoint)
      running.child.kill('SIGKILL')
      const { signal } = await running.ended
      // Sealed, and only not gone yet.
      const over = name === last && verified(out).code === 0
      hit = signal === 'SIGKILL' && !over
      if (hit) kills++
      else if (tries === 5) return t.fail(`${name}: every run was over before`)
    }
    const { code, stdout } = verified(out)
    if (existsSync(join(out, '_run', 'config.yaml'))) {
      t.ok(readFileSync(join(out, '_run', 'config.yaml')).length > 0, `${name}: what is there is whole`)
      t.equal(code, 1, name)
      t.match(stdout, /^unfinished: /, `${name}: unfinished, not broken`)
    } else t.equal(code, 2, `${name}: nothing is there yet`)
    if (name !== last) t.notOk(existsSync(join(out, '_SUCCESS')), name)
  }
  t.equal((await run(args('killed'))).code, 0)

  t.same(ids(readParts(out)), ids(readParts(join(folder, 'whole'))), 'the rows of a run that was left alone')
  t.same(ids(readParts(join(out, '_rejected'))), ids(readParts(join(folder, 'whole', '_rejected'))))
  checkBooks(t, out)
  const { code, stdout } = verified(out)
  t.equal(code, 0, stdout)
  const again = endpoint.bodies.length - needed
  t.ok(again >= 0 && again <= kills * inFlight, `${again} requests asked again after ${kills} kills with ${inFlight} in flight`)
  const times = new Map<string, number>()
  for (const body of endpoint.bodies) times.set(body, (times.get(body) ?? 0) + 1)
  t.same([...times.keys()].toSorted(), [...once.keys()].toSorted(), 'the same requests')
  const left = ['', '_rejected', '_run'].flatMap((each) => names(join(out, each))).filter((name) => /\.parquet\.tmp$|^lock/.test(name))
  t.same(left, [], 'no half part and no lock is left')
  rmSync(out, { recursive: true })
})
