import t from 'tap'
import fc from 'fast-check'
import { Field, Schema, Utf8, Vector, tableFromIPC } from '../../dist/io/arrow.js'
import {
  endOfStream, float64Data, int32Data, int64Data, ipcPreamble, toIpc, utf8Data,
} from '../../dist/io/column-data.js'

t.test('strings of any kind come back, lone surrogates as U+FFFD', async (t) => {
  const units = ['binary', 'binary-ascii'] as const
  const text = fc.oneof(...units.map((unit) => fc.string({ unit })), fc.constant('\udc00a\ud800'))
  fc.assert(fc.property(fc.array(fc.option(text)), (values) => {
    const column = new Vector([utf8Data(values)])
    const want = values.map((value) => value && Buffer.from(value).toString())
    const nulls = values.filter((value) => value === null).length
    return JSON.stringify([...column]) === JSON.stringify(want) && column.nullCount === nulls
  }))
  t.pass('no value differs')
})

t.test('numbers and nulls', async (t) => {
  t.same([...new Vector([int32Data([1, null, -5])])], [1, null, -5])
  const odd = [...new Vector([int32Data([1.5, 2 ** 31, Number.NaN, 2 ** 31 - 1])])]
  t.same(odd, [null, null, null, 2 ** 31 - 1], 'no wrapping, no cutting')
  t.same([...new Vector([int64Data([2 ** 53 - 1, null])])], [BigInt(2 ** 53 - 1), null])
  t.same([...new Vector([float64Data([0.1, null, -0])])], [0.1, null, -0])
  t.same([...new Vector([float64Data([null, null])])], [null, null])
})

t.test('a stream is the preamble, one batch and the end marker', async (t) => {
  const schema = new Schema([new Field('x', new Utf8(), true)])
  const stream = toIpc(schema, [utf8Data(['a', null])], 2)
  t.equal(stream.byteLength, stream.buffer.byteLength, 'alone in its buffer')
  const preamble = ipcPreamble(schema)
  t.same(stream.subarray(0, preamble.length), preamble)
  t.same(stream.subarray(-8), endOfStream)
  t.same(tableFromIPC(stream).toArray().map((row) => row.toJSON()), [{ x: 'a' }, { x: null }])
})
