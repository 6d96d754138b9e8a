import { createHash } from 'node:crypto'

/** `count` keys of two words each, the same for the same seed. */
export function randomKeys(seed: number, count: number): Uint32Array {
  const words = new Uint32Array(count * 2)
  const bytes = Buffer.from(words.buffer)
  for (let at = 0, k = 0; at < bytes.length; at += 32, k++) createHash('sha256').update(`${seed} ${k}`).digest().copy(bytes, at)
  return words
}
