import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { open, type Database, type Key, type RootDatabase, type RootDatabaseOptions } from 'lmdb'

export type { Database, RootDatabase }

/** The one door to LMDB. The folder is made where there is none; one with a dot in its name is no file, as lmdb would have it. */
export function openEnvironment<V = unknown, K extends Key = Key>(
  folder: string, options: Omit<RootDatabaseOptions, 'name'> = {},
): RootDatabase<V, K> {
  return open<V, K>({ path: folder, maxDbs: 8, noSubdir: false, ...options })
}

/** Where things are in a meta page of LMDB 0.9 and 1.0 (mdb.c, MDB_meta, behind a page header of 24 bytes). */
const meta = { magic: 24, pageSize: 48, lastPage: 144, transaction: 152, bytes: 160 }
const magic = 0xbeefc0de
/** Pages at the end that were taken and given back by one transaction are never written: so many may be absent. */
const absentPages = 4

/**
 * Look at the two meta pages of the environment in `folder`, if there is one. LMDB trusts its file: what is no
 * environment, or was cut short, ends the process with a signal when it is read.
 * @throws Error saying what is wrong with the file, without the folder
 */
export function checkEnvironment(folder: string): void {
  const file = join(folder, 'data.mdb')
  if (!existsSync(file)) return
  const fd = openSync(file, 'r')
  try {
    if (fstatSync(fd).size === 0) return
    const first = readMeta(fd, 0)
    const second = readMeta(fd, first.pageSize)
    const { lastPage } = second.transaction > first.transaction ? second : first
    const expected = (lastPage + 1) * first.pageSize
    const { size } = fstatSync(fd)
    if (size < expected - absentPages * first.pageSize) throw new Error(`data.mdb is cut short: ${size} of ${expected} bytes`)
  } finally {
    closeSync(fd)
  }
}

function readMeta(fd: number, at: number): { pageSize: number; lastPage: number; transaction: number } {
  const bytes = Buffer.alloc(meta.bytes)
  readSync(fd, bytes, 0, meta.bytes, at)
  if (bytes.readUInt32LE(meta.magic) !== magic) throw new Error('data.mdb is no LMDB file, or is damaged')
  return {
    pageSize: bytes.readUInt32LE(meta.pageSize),
    lastPage: Number(bytes.readBigUInt64LE(meta.lastPage)),
    transaction: Number(bytes.readBigUInt64LE(meta.transaction)),
  }
}
