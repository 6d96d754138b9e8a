import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { InputNotFoundError, InputUnreadableError } from '../../errors.ts'

/** Bytes read at once for what is parsed; matrices are read straight into their arrays. */
const CHUNK = 1 << 20
/** Most bytes of one read call: Node refuses 2 GiB and more. */
const LONGEST_READ = 1 << 29

/**
 * A model file read from front to back. Numbers are little-endian, as every machine writes them that fastText runs on.
 * What is asked for beyond the end is an error that names the file, the byte and the part, before anything of that
 * size is allocated.
 */
export class ModelFile {
  readonly path: string
  readonly size: number
  readonly #fd: number
  readonly #chunk: Uint8Array<ArrayBuffer>
  readonly #view: DataView
  /** Unread bytes are chunk[from] to chunk[to - 1]; `#next` is the place in the file after them. */
  #from = 0
  #to = 0
  #next = 0

  constructor(path: string) {
    this.path = path
    try {
      this.#fd = openSync(path, 'r')
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'ENOENT' || code === 'ENOTDIR') throw new InputNotFoundError(`${path}: no such file`, { cause: error })
      throw new InputUnreadableError(`${path} cannot be read: ${code}`, { cause: error })
    }
    const stat = fstatSync(this.#fd)
    if (!stat.isFile()) {
      closeSync(this.#fd)
      throw new InputUnreadableError(`${path} is not a file; a fastText model (.bin or .ftz) was expected`)
    }
    this.size = stat.size
    this.#chunk = new Uint8Array(Math.min(CHUNK, Math.max(8, stat.size)))
    this.#view = new DataView(this.#chunk.buffer)
  }

  /** 0-based place of the next byte. */
  get position(): number {
    return this.#next - (this.#to - this.#from)
  }

  close(): void {
    closeSync(this.#fd)
  }

  bad(detail: string): InputUnreadableError {
    return new InputUnreadableError(`${this.path}: ${detail}`)
  }

  /** Throw unless `bytes` more are there. `part` says what for: `the dictionary`. */
  need(bytes: number, part: string): void {
    if (bytes <= this.size - this.position) return
    throw this.bad(`cut short: it ends at byte ${this.size}, inside ${part}, which needs ${bytes} bytes from byte ${this.position} on`)
  }

  int32(part: string): number {
    return this.#view.getInt32(this.#take(4, part), true)
  }

  /** As a Number: exact up to 2 ** 53, and whatever is beyond is wrong here anyway. */
  int64(part: string): number {
    return Number(this.#view.getBigInt64(this.#take(8, part), true))
  }

  double(part: string): number {
    return this.#view.getFloat64(this.#take(8, part), true)
  }

  byte(part: string): number {
    return this.#chunk[this.#take(1, part)]!
  }

  bool(part: string): boolean {
    const value = this.byte(part)
    if (value > 1) throw this.bad(`byte ${this.position - 1} is ${value} where ${part} begins; 0 or 1 was expected`)
    return value === 1
  }

  /** Fill `target` with the next bytes. */
  fill(target: Uint8Array, part: string): void {
    this.need(target.length, part)
    const held = Math.min(target.length, this.#to - this.#from)
    target.set(this.#chunk.subarray(this.#from, this.#from + held))
    this.#from += held
    for (let at = held; at < target.length;) at += this.#read(target, at, Math.min(LONGEST_READ, target.length - at), part)
  }

  /** Place in the chunk of `bytes` (at most 8) bytes, which count as read. */
  #take(bytes: number, part: string): number {
    if (this.#to - this.#from < bytes) {
      this.need(bytes, part)
      this.#chunk.copyWithin(0, this.#from, this.#to)
      this.#to -= this.#from
      this.#from = 0
      while (this.#to < bytes) this.#to += this.#read(this.#chunk, this.#to, this.#chunk.length - this.#to, part)
    }
    this.#from += bytes
    return this.#from - bytes
  }

  #read(target: Uint8Array, at: number, bytes: number, part: string): number {
    let count: number
    try {
      count = readSync(this.#fd, target, at, bytes, this.#next)
    } catch (error) {
      throw new InputUnreadableError(`${this.path} cannot be read: ${(error as NodeJS.ErrnoException).code}`, { cause: error })
    }
    if (count === 0) throw this.bad(`cut short while it was read: no byte ${this.#next}, inside ${part}`)
    this.#next += count
    return count
  }
}
