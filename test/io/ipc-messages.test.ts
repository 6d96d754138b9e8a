import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { Table, tableFromIPC, Utf8, vectorFromArray } from '../../dist/io/arrow.js'
import { ipcMessages } from '../../dist/io/ipc-messages.js'
import { ipcStream } from './seed-files.ts'

const part = () => new Table({ text: vectorFromArray(['a', 'bc', null], new Utf8()) })
const stream = ipcStream(new Table([...part().batches, ...part().batches]))

async function* pieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function through(bytes: Buffer, sizes: readonly number[], known: boolean): Promise<Buffer> {
  const out: Uint8Array[] = []
  for await (const chunk of ipcMessages(pieces(bytes, sizes), known ? bytes.length : null).chunks()) out.push(chunk)
  return Buffer.concat(out)
}

const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 })

t.test('however the bytes arrive, the messages are the same', async () => {
  await fc.assert(fc.asyncProperty(sizes, fc.boolean(), async (sizes, known) => {
    const out = await through(stream, sizes, known)
    assert.ok(stream.subarray(0, out.length).equals(out))
    assert.equal(tableFromIPC(out).numRows, 6)
  }))
})

t.test('a stream that is cut anywhere but between messages is an error', async () => {
  const whole = await through(stream, [64], true)
  const boundaries = new Set([0])
  let at = 0
  for await (const chunk of ipcMessages(pieces(stream, [64]), null).chunks()) {
    if (chunk.length === 4 && Buffer.from(chunk).readInt32LE() === -1) boundaries.add(at)
    at += chunk.length
  }
  boundaries.add(whole.length)
  await fc.assert(fc.asyncProperty(fc.nat({ max: whole.length - 1 }), sizes, async (cut, sizes) => {
    const reading = through(stream.subarray(0, cut), sizes, false)
    if (boundaries.has(cut)) assert.equal((await reading).length, cut)
    else await assert.rejects(reading, /cut short/)
  }), { numRuns: 300 })
})

t.test('lengths that cannot be are not believed', async (t) => {
  const lies = (length: number) => Buffer.concat([Buffer.from([255, 255, 255, 255]),
    Buffer.from(Int32Array.of(length).buffer), Buffer.alloc(64)])
  await t.rejects(through(lies(-5), [64], false), /impossible length/)
  await t.rejects(through(lies(0x7fffffff), [64], false), /impossible length/)
  await t.rejects(through(lies(1_000_000), [64], true), /reaches past its end/)
  await t.rejects(through(lies(1_000_000), [64], false), /cut short/)
})
