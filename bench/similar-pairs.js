/** Pairs of similar texts: made up ones, and all there are in a collection, exactly. */

/** The set of word 5-grams over lower-case `\w+`, which the labels are made of. */
export function wordGramsOf(text) {
  const words = text.toLowerCase().match(/[\p{L}\p{N}\p{M}_]+/gu) ?? []
  const grams = new Set()
  for (let k = 0; k + 5 <= words.length; k++) grams.add(words.slice(k, k + 5).join(' '))
  return grams
}

export function jaccardOf(a, b) {
  let shared = 0
  for (const gram of a) if (b.has(gram)) shared++
  return shared === 0 ? 0 : shared / (a.size + b.size - shared)
}

/** [id, id, J] of every pair with an element in common. */
export function allPairs(sets) {
  const ids = [...sets.keys()]
  const owners = new Map()
  ids.forEach((id, n) => {
    for (const gram of sets.get(id)) {
      const list = owners.get(gram)
      if (list) list.push(n)
      else owners.set(gram, [n])
    }
  })
  const shared = new Map()
  for (const list of owners.values()) {
    for (let i = 0; i < list.length; i++) {
      for (let k = i + 1; k < list.length; k++) {
        const pair = list[i] * ids.length + list[k]
        shared.set(pair, (shared.get(pair) ?? 0) + 1)
      }
    }
  }
  return Array.from(shared, ([pair, count]) => {
    const a = ids[Math.floor(pair / ids.length)]
    const b = ids[pair % ids.length]
    return [a, b, count / (sets.get(a).size + sets.get(b).size - count)]
  })
}

/** Two texts of words, all different, of which `shared` of `all` are in both. */
export function plantedPair(random, shared, all) {
  const word = () => {
    const bits = random() * 2 ** 32
    return String.fromCharCode(...[28, 24, 20, 16, 12, 8, 4, 0].map((shift) => 97 + ((bits >>> shift) & 15)))
  }
  const words = Array.from({ length: all }, word)
  const middle = shared + ((all - shared) >> 1)
  return [words.slice(0, middle).join(' '), [...words.slice(middle), ...words.slice(0, shared)].join(' ')]
}

/** Pairs of ids that have any key in common, each once, from each id's list of keys. */
export function pairsWithKey(keys) {
  const owners = new Map()
  const pairs = new Map()
  for (const [id, its] of keys) {
    for (const key of its) {
      const list = owners.get(key) ?? []
      for (const other of list) if (other !== id) pairs.set(`${other} ${id}`, [other, id])
      owners.set(key, [...list, id])
    }
  }
  return [...pairs.values()]
}
