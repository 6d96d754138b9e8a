import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import {
  Bool, Field, Float64, List, makeData, Null, RecordBatch, Schema, Struct, Utf8, type DataType,
} from './arrow.ts'
import { DECODED_BYTES, DECODED_ROWS, type Decoded, type OpenFile, type Wanted } from './decoded.ts'
import { rawMembers } from './json-members.ts'

/**
 * Longest line read, in bytes. JSON.parse makes up to 21 bytes of heap of one (measured on `{},{},...`), and where a
 * heap overflows inside it, Node ends the process, not the thread: this times 21 must stay under the reader's heapMb.
 */
const MAX_LINE = 64 << 20
const SAMPLE_BYTES = 16 << 20

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

interface Line { readonly number: number; readonly text: string }

/**
 * Open a file of one JSON object a line, gzipped or not. The first line stands for the schema. JSON has no types, so
 * kept columns are strings: strings are kept as they are and every other value as its JSON text.
 */
export async function openJsonl(path: string, gzipped: boolean, bytes: number): Promise<OpenFile> {
  const source = createReadStream(path, { highWaterMark: 1 << 18 })
  const input = gzipped ? source.pipe(createGunzip({ chunkSize: 1 << 18 })) : source
  // pipe() forwards no errors, and the reader below listens to the end of the pipe only.
  source.on('error', (error) => input.destroy(error))
  const lines = readLines(input)
  const first = await lines.next()
  return {
    schema: first.done ? null : schemaOf(parse(first.value)),
    rows: (wanted) => rows(first.done ? null : first.value, lines, wanted),
    estimateRows: () => estimateRows(path, gzipped, bytes),
    async close() {
      source.destroy()
      input.destroy()
    },
  }
}

async function* rows(first: Line | null, lines: AsyncGenerator<Line>, wanted: Wanted): AsyncGenerator<Decoded> {
  if (!first) return
  let open = newRows(wanted)
  let failure: { readonly error: unknown } | null = null
  try {
    open.add(first)
    for await (const line of lines) {
      if (open.length >= DECODED_ROWS || open.chars >= DECODED_BYTES) {
        yield open.done()
        open = newRows(wanted)
      }
      open.add(line)
    }
  } catch (error) {
    failure = { error }
  }
  if (open.length > 0) yield open.done()
  if (failure) throw failure.error
}

function newRows(wanted: Wanted) {
  const texts: string[] = []
  const ids: (string | null)[] = []
  const scores: (number | null)[] = []
  const labels: (string | null)[][] = wanted.labels.map(() => [])
  const kept: (string | null)[][] = wanted.keep.map(() => [])
  let chars = 0
  return {
    get length() { return texts.length },
    get chars() { return chars },
    add(line: Line): void {
      const row = parse(line)
      let raw: Map<string, string> | null = null
      // JSON.parse rounds numbers to doubles; their own digits are looked up only where a value is passed on as text.
      const asText = (name: string, value: Json): string => {
        if (typeof value === 'string') return value.toWellFormed()
        raw ??= rawMembers(line.text)
        return (raw.get(name) ?? JSON.stringify(value)).toWellFormed()
      }
      const text = member(row, wanted.text) ?? ''
      if (typeof text !== 'string') throw wrong(line, wanted.text, text, 'a string')
      const id = wanted.id === null ? null : member(row, wanted.id)
      if (id !== null && typeof id === 'object') throw wrong(line, wanted.id!, id, 'a string or a number')
      const score = wanted.score === null ? null : member(row, wanted.score)
      if (score !== null && typeof score !== 'number') throw wrong(line, wanted.score!, score, 'a number')
      wanted.labels.forEach((name, i) => {
        const label = member(row, name)
        if (label !== null && typeof label === 'object') throw wrong(line, name, label, 'a string or a number')
        labels[i]!.push(label === null ? null : asText(name, label))
      })
      texts.push(text.toWellFormed())
      ids.push(id === null ? null : asText(wanted.id!, id))
      scores.push(score)
      wanted.keep.forEach((name, i) => {
        const value = Object.hasOwn(row, name) ? row[name]! : null
        kept[i]!.push(value === null ? null : asText(name, value))
      })
      chars += line.text.length
    },
    done(): Decoded {
      return {
        length: texts.length,
        text: (index) => texts[index]!,
        id: (index) => ids[index]!,
        score: (index) => scores[index]!,
        label: (column, index) => labels[column]![index]!,
        kept: kept.length === 0 ? null : stringColumns(wanted.keep, kept),
      }
    },
  }
}

function parse({ number, text }: Line): JsonObject {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (cause) {
    throw new Error(`line ${number}: not valid JSON: ${(cause as Error).message}`, { cause })
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new Error(`line ${number}: a JSON object was expected, not ${kindOf(value)}`)
  }
  return value
}

/** A member by its name, else by a dotted path into objects; null where there is none. */
function member(row: JsonObject, name: string): Json {
  if (Object.hasOwn(row, name)) return row[name]!
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const outer = name.slice(0, dot)
    const inner = Object.hasOwn(row, outer) ? row[outer]! : null
    if (inner !== null && typeof inner === 'object' && !Array.isArray(inner)) {
      const found = member(inner, name.slice(dot + 1))
      if (found !== null) return found
    }
  }
  return null
}

function wrong(line: Line, name: string, value: Json, expected: string): Error {
  return new Error(`line ${line.number}: "${name}" is ${kindOf(value)}, expected ${expected}`)
}

function kindOf(value: Json): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function schemaOf(row: JsonObject): Schema {
  return new Schema(fieldsOf(row))
}

function fieldsOf(row: JsonObject): Field[] {
  return Object.entries(row).map(([name, value]) => new Field(name, typeOf(value), true))
}

function typeOf(value: Json): DataType {
  if (value === null) return new Null()
  if (typeof value === 'string') return new Utf8()
  if (typeof value === 'number') return new Float64()
  if (typeof value === 'boolean') return new Bool()
  if (Array.isArray(value)) return new List(new Field('item', typeOf(value[0] ?? null), true))
  return new Struct(fieldsOf(value))
}

function stringColumns(names: readonly string[], columns: readonly (string | null)[][]): RecordBatch {
  const length = columns[0]!.length
  const fields = names.map((name) => new Field(name, new Utf8(), true))
  const children = columns.map((cells) => {
    const valueOffsets = new Int32Array(length + 1)
    const nullBitmap = new Uint8Array((length + 7) >> 3)
    cells.forEach((cell, i) => {
      valueOffsets[i + 1] = valueOffsets[i]! + (cell === null ? 0 : Buffer.byteLength(cell))
      if (cell !== null) nullBitmap[i >> 3]! |= 1 << (i & 7)
    })
    const data = Buffer.alloc(valueOffsets[length]!)
    cells.forEach((cell, i) => cell && data.write(cell, valueOffsets[i]!))
    return makeData({ type: new Utf8(), length, nullBitmap, valueOffsets, data })
  })
  return new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length, nullCount: 0, children }))
}

/** Lines that are not blank, with their number in the file. A byte order mark and carriage returns are taken off. */
async function* readLines(input: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let number = 0
  let parts: Buffer[] = []
  let size = 0
  const checkSize = (more: number) => {
    if (size + more > MAX_LINE) throw new Error(`line ${number + 1}: longer than ${MAX_LINE >> 20} MiB`)
  }
  const finish = (end: Buffer): Line | null => {
    checkSize(end.length)
    const bytes = parts.length === 0 ? end : Buffer.concat([...parts, end])
    parts = []
    size = 0
    number++
    const text = bytes.toString('utf8')
    const bare = number === 1 && text.startsWith('\ufeff') ? text.slice(1) : text
    return /\S/.test(bare) ? { number, text: bare } : null
  }
  for await (const chunk of input) {
    let from = 0
    for (let to = chunk.indexOf(10); to !== -1; to = chunk.indexOf(10, from)) {
      const line = finish(chunk.subarray(from, to))
      from = to + 1
      if (line) yield line
    }
    checkSize(chunk.length - from)
    parts.push(chunk.subarray(from))
    size += chunk.length - from
  }
  const last = finish(Buffer.alloc(0))
  if (last) yield last
}

/** Count the lines of a sample from the start (of the whole file, where it is small) and scale by its bytes on disk. */
async function estimateRows(path: string, gzipped: boolean, bytes: number): Promise<number> {
  const source = createReadStream(path, { end: SAMPLE_BYTES - 1 })
  const input = gzipped ? source.pipe(createGunzip()) : source
  let newlines = 0
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) newlines++
    }
  } catch {
    // A sample of gzip ends in the middle of a block, always.
  }
  return Math.round(newlines * Math.max(1, bytes / Math.max(1, Math.min(bytes, SAMPLE_BYTES))))
}
