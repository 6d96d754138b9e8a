import t from 'tap'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough, Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { Field, Int32, TimestampSecond, Utf8, tableFromIPC } from '../../dist/io/arrow.js'
import { SinkFailedError } from '../../dist/errors.js'
import { openIpcSink } from '../../dist/io/ipc-sink.js'
import type { IpcSinkOptions } from '../../dist/io/ipc-sink.js'
import { batchOf, columnOf, constants, generatedRow, numbers, reject, rowsOf, seedRow, tableOf } from './sink-rows.ts'

function optionsFor(output: Writable, over: Partial<IpcSinkOptions> = {}): IpcSinkOptions {
  return { output, runId: 'r1', keptFields: [], constants, ...over }
}

function collector(): { output: Writable; bytes(): Buffer } {
  const chunks: Buffer[] = []
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  return { output, bytes: () => Buffer.concat(chunks) }
}

t.test('rows come back in order, with kept columns in their input types', async (t) => {
  const { output, bytes } = collector()
  const at = new Field('at', new TimestampSecond('UTC'), true)
  const text = new Field('text', new Utf8(), true)
  const table = tableOf([at, text], [columnOf(at, [5000, 7000]), columnOf(text, ['eins', 'zwei'])])
  const sink = await openIpcSink(optionsFor(output, { keptFields: [at, text] }))
  const seed = { ...seedRow(7), columns: { table, index: 1 } }
  await sink.write(batchOf(0, numbers(2500).map((n) => generatedRow(n, `grüße ${n}`)), [reject(1), reject(2)]))
  await sink.write(batchOf(1, [generatedRow(2500, 'last', { seed })]))
  t.same(sink.progress, { written: 2501, rejected: 2, parts: 0, keptTokens: 2501 * 20 + (2500 * 2501) / 2 })
  await sink.finish()

  const read = tableFromIPC(bytes())
  t.equal(String(read.schema.fields.find(({ name }) => name === 'at')!.type), 'Timestamp<SECOND, UTC>')
  const rows = rowsOf(read)
  t.same(rows.map((row) => row['token_count']), numbers(2501, 20))
  t.equal(rows[9]!['text'], 'grüße 9')
  t.match(rows[2500], { text: 'last', seed_text: 'zwei', at: 7000 })
  t.same(bytes().subarray(-8), Buffer.from('ffffffff00000000', 'hex'))
})

t.test('the schema is there before the first row, and alone when there is none', async (t) => {
  const { output, bytes } = collector()
  const sink = await openIpcSink(optionsFor(output))
  const start = bytes().length
  t.ok(start > 500)
  await sink.finish()
  t.equal(bytes().length, start + 8)
  t.equal(tableFromIPC(bytes()).schema.fields[2]!.name, 'text')
  t.equal(tableFromIPC(bytes()).numRows, 0)
  await t.rejects(sink.write(batchOf(0, [generatedRow(0)])), SinkFailedError)
})

t.test('a write waits for a slow reader', async (t) => {
  const output = new PassThrough({ highWaterMark: 1 })
  output.read()
  const opening = openIpcSink(optionsFor(output))
  output.read()
  const sink = await opening
  let written = false
  const writing = sink.write(batchOf(0, numbers(1024).map((n) => generatedRow(n)))).then(() => { written = true })
  for (let turn = 0; turn < 20; turn++) await setImmediate()
  t.notOk(written)
  output.resume()
  await writing
  t.ok(written)
})

t.test('abort sends what was taken and no end marker', async (t) => {
  const { output, bytes } = collector()
  const sink = await openIpcSink(optionsFor(output))
  await sink.write(batchOf(0, numbers(3).map((n) => generatedRow(n))))
  await sink.abort()
  await sink.abort()
  t.equal(sink.progress.written, 3)
  t.equal(tableFromIPC(bytes()).numRows, 3)
  t.not(bytes().subarray(-8).toString('hex'), 'ffffffff00000000')
  await t.rejects(sink.finish(), SinkFailedError)
})

t.test('a reader that goes away', async (t) => {
  const program = 'process.stdin.once("data", () => process.exit())'
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'ignore', 'inherit'] })
  const sink = await openIpcSink(optionsFor(child.stdin))
  const exited = once(child, 'exit')
  let error: unknown
  for (let seq = 0; error === undefined && seq < 1000; seq++) {
    const rows = numbers(1024, seq * 1024).map((n) => generatedRow(n, 'x'.repeat(500)))
    error = await sink.write(batchOf(seq, rows)).catch((e: unknown) => e)
  }
  t.match(error, { code: 'STREAM_SINK_FAILED', message: /its reader went away/ })
  await t.rejects(sink.write(batchOf(1, [generatedRow(0)])), error as Error)
  await t.rejects(sink.finish(), error as Error)
  await sink.abort()
  await exited
})

t.test('kept columns are checked', async (t) => {
  const keptFields = [new Field('seed_text', new Int32(), true), new Field('text', new Int32(), true)]
  await t.rejects(openIpcSink(optionsFor(collector().output, { keptFields })), { code: 'STREAM_CONFIG_INVALID' })
})
