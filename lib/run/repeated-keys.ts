/** A 128-bit key as four words, each of them well mixed. */
export type Key = readonly [number, number, number, number]

/** Bits and probes of a key in the filter: one key in 1,600 looks repeated and is not, on the way to a full filter. */
const bitsPerKey = 16
const probes = 4
/** Of the filter. More keys than that allows are looked at in turns. */
const mostBytes = 2 ** 30
/** Keys that look repeated and are counted exactly. */
const mostSuspects = 1_000_000

/**
 * Find the keys that come more than once, exactly, in 2 bytes of memory a key and at most 1 GiB: the first reading sets
 * bits, and a key whose bits were all set becomes a suspect; the second counts the suspects.
 * @param count how many there are, roughly
 * @param keys starts a reading; always the same keys
 * @returns how often each repeated key came, under its words joined by blanks; not all where there are over a million
 */
export function repeatedKeys(count: number, keys: () => Iterable<Key>): Map<string, number> {
  const turns = Math.max(1, Math.ceil((count * bitsPerKey) / 8 / mostBytes))
  const bits = 2 ** 10 + Math.ceil((count * bitsPerKey) / turns)
  const suspects = new Map<string, number>()
  for (let turn = 0; turn < turns; turn++) {
    const filter = new Uint8Array(Math.ceil(bits / 8))
    for (const key of keys()) {
      if (key[3] % turns !== turn) continue
      if (!mark(filter, bits, key) && suspects.size < mostSuspects) suspects.set(nameOf(key), 0)
    }
  }
  if (suspects.size === 0) return suspects
  for (const key of keys()) {
    const times = suspects.get(nameOf(key))
    if (times !== undefined) suspects.set(nameOf(key), times + 1)
  }
  for (const [name, times] of suspects) if (times < 2) suspects.delete(name)
  return suspects
}

export function nameOf(key: Key): string {
  return key.join(' ')
}

/** Set the key's bits. @returns whether one of them was new */
function mark(filter: Uint8Array, bits: number, [a, b, c, d]: Key): boolean {
  // 53 bits of two words are a place; two more make the way from one place to the next.
  let place = Math.floor(((a * 2 ** 21 + (b >>> 11)) / 2 ** 53) * bits)
  const step = 1 + Math.floor(((c * 2 ** 21 + (d >>> 11)) / 2 ** 53) * (bits - 1))
  let isNew = false
  for (let probe = 0; probe < probes; probe++) {
    const at = Math.floor(place / 8)
    const bit = 1 << (place % 8)
    if ((filter[at]! & bit) === 0) {
      filter[at]! |= bit
      isNew = true
    }
    place = (place + step) % bits
  }
  return isNew
}
