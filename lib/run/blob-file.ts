import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/** Ends a finished file, after the offsets: their number, their CRC and this word. */
const finishedMark = 0x53454544
const tailBytes = 12
const checkBytes = 4

/**
 * Blobs by number, written once from 0 on, each followed by its CRC-32, and read at random. In memory are 8 bytes a blob.
 *
 * Reads are system calls and not a memory map: a map keeps every page that it touched resident, here 425 KB a read, and
 * the only way to give that back, closing and opening LMDB's environment, costs 0.7 ms and 100 KB that lmdb never frees.
 */
export class BlobFile {
  readonly #fd: number
  #ends: Float64Array
  #count: number
  #buffer = Buffer.alloc(0)

  private constructor(fd: number, ends: Float64Array, finished: boolean) {
    this.#fd = fd
    this.#ends = ends
    this.#count = finished ? ends.length : 0
  }

  /** An empty file, in place of what was there. */
  static create(path: string): BlobFile {
    return new BlobFile(openSync(path, 'w+'), new Float64Array(16), false)
  }

  /** @throws Error when the file is not there, or is not whole to its end */
  static open(path: string): BlobFile {
    const fd = openSync(path, 'r')
    try {
      return new BlobFile(fd, readEnds(fd), true)
    } catch (error) {
      closeSync(fd)
      throw error
    }
  }

  /** Blobs written. */
  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#end(this.#count)
  }

  /** Write the next blob. */
  append(blob: Uint8Array): void {
    const bytes = this.#room(blob.length + checkBytes)
    bytes.set(blob)
    bytes.writeUInt32LE(crc32(blob), blob.length)
    const end = this.bytes
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at, bytes.length - at, end + at)
    if (this.#count === this.#ends.length) {
      const old = this.#ends
      this.#ends = new Float64Array(old.length * 2)
      this.#ends.set(old)
    }
    this.#ends[this.#count++] = end + bytes.length
  }

  /**
   * A blob, at an address divisible by 4; valid until the next call.
   * @param check compare its CRC
   * @throws Error when it is not there, or has changed
   */
  read(number: number, check = false): Uint8Array {
    if (number >= this.#count) throw new Error(`blob ${number} of ${this.#count} was never written`)
    const start = this.#end(number)
    const bytes = this.#room(this.#end(number + 1) - start)
    if (readSync(this.#fd, bytes, 0, bytes.length, start) < bytes.length) throw new Error(`blob ${number} is cut short`)
    const blob = bytes.subarray(0, bytes.length - checkBytes)
    if (check && crc32(blob) !== bytes.readUInt32LE(blob.length)) throw new Error(`blob ${number} has changed`)
    return blob
  }

  /** Make it a file that `open` takes, and see it on disk. */
  finish(): void {
    const ends = Buffer.from(this.#ends.buffer, 0, this.#count * 8)
    const tail = Buffer.alloc(tailBytes)
    tail.writeUInt32LE(this.#count, 0)
    tail.writeUInt32LE(crc32(ends), 4)
    tail.writeUInt32LE(finishedMark, 8)
    const bytes = Buffer.concat([ends, tail])
    const end = this.bytes
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at, bytes.length - at, end + at)
    fsyncSync(this.#fd)
  }

  close(): void {
    closeSync(this.#fd)
  }

  #end(count: number): number {
    return count === 0 ? 0 : this.#ends[count - 1]!
  }

  /** One buffer for all: the collector frees thousands of them late, and memory would grow by tens of megabytes. */
  #room(bytes: number): Buffer {
    if (this.#buffer.length < bytes) this.#buffer = Buffer.from(new ArrayBuffer(bytes + 4096))
    return this.#buffer.subarray(0, bytes)
  }
}

function readEnds(fd: number): Float64Array {
  const { size } = fstatSync(fd)
  const tail = Buffer.alloc(tailBytes)
  readSync(fd, tail, 0, tailBytes, Math.max(0, size - tailBytes))
  const length = tail.readUInt32LE(0) * 8
  const start = size - tailBytes - length
  if (size < tailBytes || tail.readUInt32LE(8) !== finishedMark || start < 0) throw new Error('is cut short or damaged')
  const ends = Buffer.from(new ArrayBuffer(length))
  readSync(fd, ends, 0, length, start)
  if (crc32(ends) !== tail.readUInt32LE(4)) throw new Error('is damaged')
  return new Float64Array(ends.buffer)
}
