import { Message, MessageHeader } from './arrow.ts'

/** Largest message header taken for true: a schema of 100,000 columns is about 10 MB. */
const MAX_HEADER = 256 << 20

/**
 * Cut a byte stream into Arrow IPC messages (header and body together), checking lengths on the way. apache-arrow takes
 * a stream that ends inside a header for one that ended well, and that would lose rows in silence.
 * Format: https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format
 * @param bytes size of the whole stream where it is known: nothing longer is believed
 */
export function ipcMessages(source: AsyncIterable<Buffer>, bytes: number | null) {
  const take = taker(source)
  let read = 0
  let firstBatch: { before: number; size: number } | null = null
  async function exactly(size: number): Promise<Buffer> {
    if (size < 0 || (bytes !== null && read + size > bytes)) {
      throw new Error('cut short or corrupt: a message reaches past its end')
    }
    const chunk = await take(size)
    read += chunk.length
    if (chunk.length < size) throw new Error('cut short inside a message')
    return chunk
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      // The end-of-stream marker is optional: a stream may also just end between two messages.
      const prefix = await take(4)
      read += prefix.length
      if (prefix.length === 0) return
      if (prefix.length < 4) throw new Error('cut short inside a message')
      const continued = prefix.readInt32LE() === -1
      const length = continued ? await exactly(4) : prefix
      const headerSize = length.readInt32LE()
      if (headerSize === 0) return
      if (headerSize < 0 || headerSize > MAX_HEADER) {
        throw new Error('no Arrow IPC stream: a message header of impossible length')
      }
      const header = await exactly(headerSize)
      const { bodyLength, headerType } = Message.decode(header)
      if (headerType === MessageHeader.RecordBatch) {
        const before = read - prefix.length - (continued ? 4 : 0) - headerSize
        firstBatch ??= { before, size: read - before + bodyLength }
      }
      const whole = [...(continued ? [prefix] : []), length, header]
      if (bodyLength > 0) whole.push(await exactly(bodyLength))
      yield* whole
    }
  }
  return { chunks, firstBatch: () => firstBatch }
}

/** Take so many bytes off a stream, fewer only at its end. Every result is memory of its own, aligned for Arrow. */
function taker(source: AsyncIterable<Buffer>): (size: number) => Promise<Buffer> {
  const input = source[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  return async (size) => {
    const parts: Buffer[] = []
    let missing = size
    for (;;) {
      const part = rest.subarray(0, missing)
      rest = rest.subarray(part.length)
      if (part.length > 0) parts.push(part)
      missing -= part.length
      if (missing === 0) break
      const next = await input.next()
      if (next.done) break
      rest = next.value
    }
    const whole = Buffer.from(new ArrayBuffer(size - missing))
    let at = 0
    for (const part of parts) at += part.copy(whole, at)
    return whole
  }
}
