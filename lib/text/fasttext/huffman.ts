/** Inner nodes in the order in which they were made; the last is the root. */
export interface Tree {
  /** Children of inner node i. Numbers below the number of leaves are leaves, others that many above an inner node's. */
  readonly left: Int32Array
  readonly right: Int32Array
}

/**
 * The tree of hierarchical softmax, as fastText builds it when it loads a model: counts descend, so the rarest leaf not
 * yet used and the oldest inner node not yet used are the candidates, and of two equal ones the inner node is taken.
 *
 * @param counts of the leaves, at least one, none negative, together below 1e15. The order of the file is taken as it
 *   is; were it not descending, the tree would be another but still whole.
 */
export function huffmanTree(counts: Float64Array): Tree {
  const leaves = counts.length
  const left = new Int32Array(leaves - 1)
  const right = new Int32Array(leaves - 1)
  const sums = new Float64Array(leaves - 1).fill(Infinity)
  let leaf = leaves - 1
  let inner = 0
  const least = (): number => (leaf >= 0 && counts[leaf]! < sums[inner]! ? leaf-- : leaves + inner++)
  const countOf = (node: number): number => (node < leaves ? counts[node]! : sums[node - leaves]!)
  for (let node = 0; node < leaves - 1; node++) {
    left[node] = least()
    right[node] = least()
    sums[node] = countOf(left[node]!) + countOf(right[node]!)
  }
  return { left, right }
}
