import fc from 'fast-check'
import t from 'tap'
import { DenseMatrix } from '../../../dist/text/fasttext/matrix.js'

const { fround } = Math

t.test('adds and multiplies in float32, in order, whatever the arrays it is cut into', async () => {
  const shape = fc.record({
    rows: fc.integer({ min: 1, max: 40 }),
    columns: fc.integer({ min: 1, max: 9 }),
    slabBytes: fc.constantFrom(4, 16, 100, 1 << 20),
    seed: fc.nat(1000),
    asked: fc.array(fc.nat(1000), { maxLength: 30 }),
  })
  fc.assert(fc.property(shape, ({ rows, columns, slabBytes, seed, asked }) => {
    const numbers = Float32Array.from({ length: rows * columns }, (_, k) => Math.sin(seed + k) * 10 ** (k % 9))
    const bytes = new Uint8Array(numbers.buffer)
    let done = 0
    const matrix = new DenseMatrix(rows, columns, (target) => {
      target.set(bytes.subarray(done, done + target.length))
      done += target.length
    }, slabBytes)
    if (done !== bytes.length) return false

    const ids = Int32Array.from(asked, (each) => each % rows)
    const sum = new Float32Array(columns)
    matrix.add(ids, ids.length, sum)
    const expected = new Float32Array(columns)
    for (const id of ids) for (let k = 0; k < columns; k++) expected[k]! += numbers[id * columns + k]!
    if (!sum.every((each, k) => Object.is(each, expected[k]))) return false
    return [...ids].every((id) => {
      const exact = sum.reduce((total, each, k) => fround(total + fround(each * numbers[id * columns + k]!)), 0)
      return Object.is(matrix.dot(id, sum), exact)
    })
  }))
})
