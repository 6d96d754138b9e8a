import { randomUUID } from 'node:crypto'
import { closeSync, constants, copyFileSync, existsSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { OutputConflictError, SinkFailedError } from '../errors.ts'

/** The process that holds a folder. */
export interface LockOwner {
  readonly token: string
  readonly pid: number
  readonly host: string
  /** Names the kernel that the pid is a number in: boot and pid namespace. null where the system does not say. */
  readonly machine: string | null
  /** Tells the process from a later one with its number; null where the system does not say. */
  readonly started: string | null
}

/** A folder that is held. Closing lets it go. */
export interface RunLock {
  close(): Promise<void>
}

/** How often the holder rewrites its lock, and how long a lock on another machine may stand still, in milliseconds. */
const beatMs = 10_000
const silentMs = 60_000

/**
 * Hold a folder against other runs, by a file in it that names the holder.
 *
 * A holder that died does not count. On the same machine (same boot, same pid namespace) its process number and start
 * time tell. Of another machine, or another container, only the file can: its holder rewrites it every 10 s, and one
 * that has not been for 60 s, by the file system's own clock, is a dead holder's.
 * @param what how the folder is called in the error
 * @throws OutputConflictError naming the holder, SinkFailedError when the folder cannot be written
 */
export function lockFolder(folder: string, what: string): RunLock {
  const path = join(folder, 'lock')
  const own = self()
  const candidate = `${path}.${own.token}`
  try {
    makeFolder(folder)
    writeFileSync(candidate, JSON.stringify(own))
    try {
      for (;;) {
        const holder = take(candidate, path)
        if (holder === null) break
        if (isAlive(path, holder, candidate)) throw conflict(what, holder)
        takeOver(candidate, path, holder, what)
      }
    } finally {
      rmSync(candidate, { force: true })
    }
  } catch (cause) {
    if (cause instanceof OutputConflictError) throw cause
    throw new SinkFailedError(`cannot write to ${folder}: ${(cause as Error).message}`, { cause })
  }
  sweep(folder)
  const beat = setInterval(() => rewrite(path, own), beatMs)
  beat.unref()
  return {
    async close() {
      clearInterval(beat)
      if (readOwner(path)?.token === own.token) rmSync(path, { force: true })
    },
  }
}

/** On a read-only file system Node's recursive mkdir says ENOENT: ask for the first folder that is missing by itself. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    let missing = resolve(folder)
    while (!existsSync(dirname(missing))) missing = dirname(missing)
    mkdirSync(missing)
    mkdirSync(folder, { recursive: true })
  }
}

/** Who holds the folder now; null when nobody does who is alive. For those who only look. */
export function holderOf(folder: string): LockOwner | null {
  const path = join(folder, 'lock')
  const holder = readOwner(path)
  return holder && isAlive(path, holder, null) ? holder : null
}

/** `process 123 on host` */
export function describeOwner({ pid, host }: LockOwner): string {
  return `process ${pid} on ${host}`
}

/** Give `path` this process as its holder. @returns who holds it already, else null */
function take(candidate: string, path: string): LockOwner | null {
  for (;;) {
    try {
      return createFrom(candidate, path), null
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = readOwner(path)
      if (holder) return holder // else it was let go in between
    }
  }
}

/** All of the file at once, or EEXIST. */
function createFrom(candidate: string, path: string): void {
  try {
    linkSync(candidate, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    copyFileSync(candidate, path, constants.COPYFILE_EXCL) // a file system without hard links
  }
}

/** Remove a dead holder's lock. Of several that try, one does at a time: who holds the second lock. */
function takeOver(candidate: string, path: string, dead: LockOwner, what: string): void {
  const second = `${path}.taking`
  const rival = take(candidate, second)
  if (rival) {
    if (isAlive(second, rival, candidate)) throw conflict(what, rival)
    rmSync(second, { force: true })
    return
  }
  try {
    if (readOwner(path)?.token === dead.token) rmSync(path, { force: true })
  } finally {
    rmSync(second, { force: true })
  }
}

/** Remove what others left who died while they tried. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('lock.') || name.endsWith('.mdb')) continue
    const path = join(folder, name)
    const owner = readOwner(path)
    if (owner && !isAlive(path, owner, null)) rmSync(path, { force: true })
  }
}

/** @param clock a file in the folder that was just written, to tell the file system's time by; null: use our own */
function isAlive(path: string, holder: LockOwner, clock: string | null): boolean {
  const own = self()
  if (holder.machine !== null && holder.machine === own.machine) return startOf(holder.pid) === holder.started
  if (holder.machine === null && holder.host === own.host && own.machine === null) return isRunning(holder.pid)
  const seen = statSync(path, { throwIfNoEntry: false })
  if (!seen) return false
  const now = clock === null ? Date.now() : statSync(clock).mtimeMs
  return now - seen.mtimeMs < silentMs
}

function self(): LockOwner {
  const { pid } = process
  return { token: randomUUID(), pid, host: hostname(), machine: machine(), started: startOf(pid) }
}

function machine(): string | null {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return null
  }
}

/** Start time of a process in ticks since boot; null when there is none, or the system does not say. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may hold anything. State follows it; a zombie holds nothing any more.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19]!
  } catch {
    return null
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A lock that cannot be read is nobody's that could be named, but its file still tells by its age. */
function readOwner(path: string): LockOwner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockOwner
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    return { token: '', pid: 0, host: 'an unknown host', machine: null, started: null }
  }
}

/** Give the file a new time. Failing that is not worth ending a run for: the next beat may do. */
function rewrite(path: string, own: LockOwner): void {
  try {
    if (readOwner(path)?.token !== own.token) return
    const file = openSync(path, 'r+') // over the same bytes: there is no moment at which it is empty
    try {
      writeSync(file, JSON.stringify(own), 0)
    } finally {
      closeSync(file)
    }
  } catch {
    // A full disk, most likely: what writes rows will say so.
  }
}

function conflict(what: string, holder: LockOwner): OutputConflictError {
  return new OutputConflictError(`${what}: another run is at work there (${describeOwner(holder)}); wait for it, stop it, or choose another folder`)
}
