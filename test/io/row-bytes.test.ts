import t from 'tap'
import { Data, DataType } from '../../dist/io/arrow.js'
import { rowBytes } from '../../dist/io/row-bytes.js'
import { take } from '../../dist/io/take.js'
import { leafTypes, nestings, randomData, randomFrom } from './random-arrow.ts'

/** Bytes of the value buffers, bitmaps and offsets left out: what rowBytes promises to count. */
function bufferBytes(data: Data): number {
  if (DataType.isBool(data.type)) return Math.ceil(data.length / 8)
  const own = data.values ? data.values.byteLength : 0
  return data.children.reduce((sum, child) => sum + bufferBytes(child), own)
}

t.test('a row counts what it takes when it is taken alone', async (t) => {
  for (const [at, leaf] of leafTypes.entries()) {
    for (const [n, nest] of [leaf, ...nestings.map((wrap) => () => wrap(leaf, randomFrom(at)))].entries()) {
      const whole = randomData(nest(), 20, randomFrom(at * 10 + n))
      const data = whole.slice(3, 15)
      for (let row = 0; row < data.length; row++) {
        const taken = take(data, [row])
        // What stands below a null is counted as it would be without the null: an upper bound is all that is needed.
        const [got, want] = [rowBytes(data, row), bufferBytes(taken)]
        if (taken.nullCount > 0 || hasNulls(taken) ? got < want && !DataType.isDictionary(data.type) : got !== want) {
          t.fail(`${data.type}: row ${row} counts ${got}, takes ${want}`)
        }
      }
    }
  }
  t.pass('all agree')
})

function hasNulls(data: Data): boolean {
  return data.nullCount > 0 || data.children.some(hasNulls)
}
