import fc from 'fast-check'
import t from 'tap'
import { huffmanTree } from '../../../dist/text/fasttext/huffman.js'

t.test('known trees', async (t) => {
  const tree = (...counts: number[]) => {
    const { left, right } = huffmanTree(Float64Array.from(counts))
    return [...left].map((each, k) => [each, right[k]])
  }
  t.same(tree(5), [])
  t.same(tree(5, 3), [[1, 0]])
  t.same(tree(9, 3, 2), [[2, 1], [3, 0]])
  t.same(tree(4, 4, 2, 2), [[3, 2], [4, 1], [0, 5]], 'of equals the inner node')
})

t.test('has every leaf once, children before parents, and the least total depth', async () => {
  const counts = fc.array(fc.oneof(fc.nat(20), fc.nat(1e9)), { minLength: 1, maxLength: 60 })
  fc.assert(fc.property(counts, (some) => {
    const descending = some.toSorted((a, b) => b - a)
    const { left, right } = huffmanTree(Float64Array.from(descending))
    const leaves = descending.length
    const weights = [...descending]
    for (const [k, child] of left.entries()) {
      const other = right[k]!
      if (child >= leaves + k || other >= leaves + k) return false
      weights.push(weights[child]! + weights[other]!)
    }
    const children = [...left, ...right].sort((a, b) => a - b)
    if (!children.every((child, k) => child === k)) return false
    return weights.slice(leaves).reduce((sum, each) => sum + each, 0) === leastCost(descending)
  }))
})

t.test('is whole whatever the order', async () => {
  fc.assert(fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 40 }), (counts) => {
    const { left, right } = huffmanTree(Float64Array.from(counts))
    return [...left, ...right].sort((a, b) => a - b).every((child, k) => child === k)
  }))
})

/** Sum of the inner nodes of any Huffman tree: join the two least until one is left. */
function leastCost(counts: readonly number[]): number {
  const left = counts.toSorted((a, b) => a - b)
  let cost = 0
  while (left.length > 1) {
    const joined = left.shift()! + left.shift()!
    cost += joined
    const at = left.findIndex((each) => each >= joined)
    left.splice(at === -1 ? left.length : at, 0, joined)
  }
  return cost
}
