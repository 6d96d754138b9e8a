import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { holderOf, lockFolder } from '../../dist/run/run-lock.js'

const module = JSON.stringify(new URL('../../dist/run/run-lock.js', import.meta.url).href)

/** A process that locks `folder`, says how that went, and stays. */
async function locker(folder: string) {
  const code = `import { lockFolder } from ${module}
    try { lockFolder(${JSON.stringify(folder)}, 'output x'); console.log('locked') } catch (error) { console.log(error.code) }
    setInterval(() => {}, 1e9)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    pid: child.pid!,
    said: String(said).trim(),
    async kill() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

t.test('a folder that is held is refused, by name of the holder, until it is let go', async (t) => {
  const folder = join(t.testdir(), '_run')
  const lock = lockFolder(folder, 'output x')
  t.throws(() => lockFolder(folder, 'output x'), { code: 'STREAM_OUTPUT_CONFLICT', message: new RegExp(`^output x: another run.*process ${process.pid} on `) })
  t.equal(holderOf(folder)?.pid, process.pid)
  await lock.close()
  t.equal(holderOf(folder), null)
  await lockFolder(folder, 'output x').close()
  t.same(readdirSync(folder), [], 'nothing is left')
})

t.test('a process that lives holds, one that was killed does not', async (t) => {
  const folder = join(t.testdir(), '_run')
  const other = await locker(folder)
  t.equal(other.said, 'locked')
  t.throws(() => lockFolder(folder, 'output x'), { code: 'STREAM_OUTPUT_CONFLICT', message: new RegExp(`process ${other.pid} on `) })
  await other.kill()
  t.ok(existsSync(join(folder, 'lock')), 'it left its lock behind')
  t.equal(holderOf(folder), null)
  await lockFolder(folder, 'output x').close()
})

t.test('of many that come at once, and find a dead lock, one gets it', async (t) => {
  const folder = join(t.testdir(), '_run')
  const dead = await locker(folder)
  await dead.kill()
  const all = await Promise.all(Array.from({ length: 6 }, () => locker(folder)))
  t.same(all.map(({ said }) => said).toSorted(), [...Array.from({ length: 5 }, () => 'STREAM_OUTPUT_CONFLICT'), 'locked'])
  await Promise.all(all.map((each) => each.kill()))
})

t.test('another process with the number of a dead one does not hold', { skip: process.platform !== 'linux' && 'start times are read from /proc' }, async (t) => {
  const folder = join(t.testdir(), '_run')
  const lock = lockFolder(folder, 'output x')
  const own = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')) as Record<string, unknown>
  await lock.close()
  writeFileSync(join(folder, 'lock'), JSON.stringify({ ...own, token: 'another', started: '1' }))
  t.equal(holderOf(folder), null)
  await lockFolder(folder, 'output x').close()
})

t.test('a holder on another machine counts while its lock is young', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'lock')
  writeFileSync(path, JSON.stringify({ token: 'far', pid: 1, host: 'gpu-7', machine: 'another boot', started: '5' }))
  t.throws(() => lockFolder(folder, 'output x'), { message: /process 1 on gpu-7/ })
  const longAgo = Date.now() / 1000 - 61
  utimesSync(path, longAgo, longAgo)
  await lockFolder(folder, 'output x').close()
})

t.test('what others left who died while they tried is removed, and what is not of locks stays', async (t) => {
  const folder = t.testdir({ 'lock.mdb': 'state' })
  const other = await locker(folder)
  await other.kill()
  for (const name of ['lock.token', 'lock.taking']) copyFileSync(join(folder, 'lock'), join(folder, name))
  const lock = lockFolder(folder, 'output x')
  t.same(readdirSync(folder).toSorted(), ['lock', 'lock.mdb'])
  await lock.close()
})

t.test('a lock that says nothing counts while it is young', async (t) => {
  const folder = t.testdir({ lock: '' })
  t.throws(() => lockFolder(folder, 'output x'), { code: 'STREAM_OUTPUT_CONFLICT' })
  const longAgo = Date.now() / 1000 - 61
  utimesSync(join(folder, 'lock'), longAgo, longAgo)
  await lockFolder(folder, 'output x').close()
})

t.test('a folder that cannot be written is one clear error', async (t) => {
  const folder = t.testdir({ file: 'x' })
  t.throws(() => lockFolder(join(folder, 'file', '_run'), 'output x'), { code: 'STREAM_SINK_FAILED', message: /cannot write to .*ENOTDIR/ })
})
