import type { LossName } from './header.ts'
import { huffmanTree } from './huffman.ts'
import type { Matrix } from './matrix.ts'

/** Write the probability of every label for a text's vector into `out`. */
export type Classify = (vector: Float32Array, out: Float64Array) => void

const { exp, fround, log } = Math

/**
 * What fastText adds to a probability before it takes the logarithm, by which it ranks. It prints the power of that
 * logarithm, so its probabilities are higher by this much, up to 1.00001, and so are ours.
 */
const EPSILON = 1e-5

/** The logarithm that fastText ranks by. */
const ranked = (probability: number): number => fround(log(probability + EPSILON))

/** fastText looks the logistic function up, 32 steps to 1, between -8 and 8, and so its answers come in 513 values. */
const LIMIT = 8
const STEPS = 512
const table = Float32Array.from({ length: STEPS + 1 }, (_, i) => 1 / (1 + fround(exp(-((i * 2 * LIMIT) / STEPS - LIMIT)))))

/** @param labelCounts occurrences of each label in the training data, from which the tree of `hs` follows */
export function classifier(loss: LossName, output: Matrix, labelCounts: Float64Array): Classify {
  if (loss === 'softmax') return softmax(output)
  if (loss === 'hs') return hierarchical(output, labelCounts)
  return logistic(output)
}

function softmax(output: Matrix): Classify {
  return (vector, out) => {
    let most = -Infinity
    for (let label = 0; label < output.rows; label++) most = Math.max(most, (out[label] = output.dot(label, vector)))
    let sum = 0
    for (let label = 0; label < output.rows; label++) sum = fround(sum + (out[label] = fround(exp(fround(out[label]! - most)))))
    for (let label = 0; label < output.rows; label++) out[label] = fround(exp(ranked(fround(out[label]! / sum))))
  }
}

/** One-vs-all and negative sampling: every label by itself. */
function logistic(output: Matrix): Classify {
  return (vector, out) => {
    for (let label = 0; label < output.rows; label++) out[label] = fround(exp(ranked(sigmoid(output.dot(label, vector)))))
  }
}

function sigmoid(x: number): number {
  if (x < -LIMIT) return 0
  if (x > LIMIT) return 1
  // NaN has no place in the table and stays what it is.
  return table[Math.trunc((fround(x + LIMIT) * STEPS) / LIMIT / 2)] ?? NaN
}

/** Hierarchical softmax. A label below EPSILON is 0: fastText does not follow the tree so far down. */
function hierarchical(output: Matrix, labelCounts: Float64Array): Classify {
  const labels = labelCounts.length
  const { left, right } = huffmanTree(labelCounts)
  const scores = new Float32Array(labels * 2 - 1)
  const least = ranked(0)
  return (vector, out) => {
    scores[scores.length - 1] = 0
    // Children have lower numbers than their parents, so this is from the root down.
    for (let node = scores.length - 1; node >= labels; node--) {
      const inner = node - labels
      const score = scores[node]!
      if (score < least) {
        scores[left[inner]!] = scores[right[inner]!] = -Infinity
        continue
      }
      const share = fround(1 / fround(1 + fround(exp(-output.dot(inner, vector)))))
      scores[left[inner]!] = score + ranked(fround(1 - share))
      scores[right[inner]!] = score + ranked(share)
    }
    for (let label = 0; label < labels; label++) out[label] = scores[label]! < least ? 0 : fround(exp(scores[label]!))
  }
}
