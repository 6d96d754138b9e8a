import { hash53 } from './hash.js'

/** One token is four UTF-16 units, the last one up to four: about what English costs, and cheap to count. */
export const charsPerToken = 4

/** vLLM's default block. */
export const blockSize = 16

/** @param {string} text */
export function countTokens(text) {
  return Math.ceil(text.length / charsPerToken)
}

/**
 * One hash for each full block of `text`, each over everything up to the end of its block: equal hashes mean equal
 * prefixes.
 * @param {string} text
 * @returns {number[]}
 */
export function blockHashes(text) {
  const step = blockSize * charsPerToken
  const hashes = []
  let previous = 1
  for (let end = step; end <= text.length; end += step) {
    previous = hash53(text, previous, end - step, end)
    hashes.push(previous)
  }
  return hashes
}
