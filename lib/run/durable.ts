import { statfsSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RootDatabase } from './lmdb.ts'

/** Room that must be left where state is kept, in bytes: what is under way, and the parts and reports that follow. */
const reserve = 16_000_000

/**
 * With lmdb's default a failed commit also rejects a promise that nobody can get at, which ends the process. Without,
 * writes are committed in the order in which they were made, though not always together. The threshold keeps those of
 * one turn in one commit, unless they are very many: 17 us a reply, and 19 with lmdb's own of 5.
 */
export const safeWrites = { eventTurnBatching: false, txnStartThreshold: 1000 }

const broken = new WeakSet<RootDatabase>()

/**
 * Wait until these writes are on disk.
 * @param writes what `put` returned, just now: a `flushed` that is asked for later belongs to other writes
 * @throws what made the commit fail
 */
export async function durable(root: RootDatabase, writes: readonly Promise<unknown>[]): Promise<void> {
  try {
    await Promise.all([...writes, root.flushed])
  } catch (error) {
    broken.add(root)
    // The cause is in a promise of its own, which is rejected by now, or never.
    await Promise.race([(error as { commitError?: Promise<never> }).commitError, nextTurn()])
    throw error
  }
}

/** Close an environment; one that could not commit is left as it is, since closing would wait for that for ever. */
export async function closeEnvironment(root: RootDatabase): Promise<void> {
  if (!broken.has(root)) await root.close()
}

/**
 * Stop before the disk is full: LMDB cannot meet its end without printing a trace, and so there is room to end properly.
 * @throws Error saying how much is free
 */
export function requireRoom(folder: string): void {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  if (free < reserve) throw new Error(`no space left: ${(free / 1e6).toFixed(1)} MB are free, and ${reserve / 1e6} MB must stay so`)
}
