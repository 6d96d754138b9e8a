/**
 * A number from 0 to `bound` - 1 that depends on `parts` alone: the same in every run and on every machine, and
 * uniform over documents. 32-bit FNV-1a over the parts, then the finaliser of MurmurHash3 (public domain, A. Appleby),
 * because FNV alone leaves neighbouring ids close together.
 */
export function draw(parts: readonly (string | number)[], bound: number): number {
  let hash = 0x811c9dc5
  for (const part of parts) {
    const text = String(part)
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    // A separator that no id contains, or ['a', 'bc'] would draw what ['ab', 'c'] draws.
    hash = Math.imul(hash ^ 0x1f, 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  hash ^= hash >>> 16
  return Math.floor(((hash >>> 0) / 2 ** 32) * bound)
}

/** `count` of 0 to `size` - 1 in ascending order, each combination equally likely; all when `count` >= `size`. */
export function drawSome(parts: readonly (string | number)[], size: number, count: number): number[] {
  const pool = Array.from({ length: size }, (_, i) => i)
  const taken = Math.min(count, size)
  for (let i = 0; i < taken; i++) {
    const j = i + draw([...parts, i], size - i)
    const swap = pool[i] as number
    pool[i] = pool[j] as number
    pool[j] = swap
  }
  return pool.slice(0, taken).sort((a, b) => a - b)
}
