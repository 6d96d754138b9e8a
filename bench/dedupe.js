/**
 * Near-duplicate detection: what it finds, and what it costs. One function a section.
 *
 *     npm run bench -- dedupe [--pairs 20000] [--seeds ../shared/data/seeds/] [--only labelled|planted|speed]
 */
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { bandProbability, MinHash, minHashDefaults } from '../dist/text/minhash.js'
import { englishText, randomFrom } from './english.js'
import { allPairs, jaccardOf, pairsWithKey, plantedPair, wordGramsOf } from './similar-pairs.js'
import { aligned, median, number } from './table.js'

const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '20000' },
    seeds: { type: 'string', default: new URL('../../shared/data/seeds/', import.meta.url).pathname },
    only: { type: 'string' },
  },
})
const judge = new MinHash(minHashDefaults)
const sections = { labelled, planted, speed }

for (const [name, section] of Object.entries(sections)) {
  if (options.only === undefined || options.only === name) section()
}

function print(title, rows) {
  process.stdout.write(`\n${title}\n\n${aligned(rows)}\n`)
}

/** 1. Real documents whose similarity is known: what is found, and what is found that should not be. */
function labelled() {
  if (!existsSync(`${options.seeds}/neardup-docs.jsonl.gz`)) {
    process.stdout.write(`no labelled pairs in ${options.seeds}: section left out\n`)
    return
  }
  const read = (name) => gunzipSync(readFileSync(`${options.seeds}/${name}.jsonl.gz`)).toString().trimEnd().split('\n').map((line) => JSON.parse(line))
  const texts = new Map(read('neardup-docs').map(({ id, text }) => [id, text]))
  const pairs = read('neardup-pairs')
  const wordGrams = new Map(Array.from(texts, ([id, text]) => [id, wordGramsOf(text)]))
  const exact = ({ a, b }) => jaccardOf(wordGrams.get(a), wordGrams.get(b))
  const off = pairs.filter((pair) => Math.abs(exact(pair) - pair.jaccard_w5) > 1e-4).length
  process.stdout.write(`${pairs.length} labelled pairs of ${texts.size} documents; the oracle differs from ${off} labels\n`)

  const plain = signAll(texts)
  const methods = {
    'a key shared': (pair) => shareKey(plain, pair),
    'a key, sketch >= 0.72': (pair) => shareKey(plain, pair) && estimate(plain, pair) >= 0.72,
    'numbers kept, a key': ((signed) => (pair) => shareKey(signed, pair))(signAll(texts, keepNumbers)),
  }
  const rows = [['found by', 'J from', 'pairs', 'found', 'recall', 'formula', 'precision', 'formula', '']]
  for (const threshold of [0.72, 0.8]) {
    const chances = pairs.map((pair) => [exact(pair) >= threshold, bandProbability(exact(pair), minHashDefaults)])
    const alike = chances.filter(([is]) => is)
    const sum = (list) => list.reduce((total, [, chance]) => total + chance, 0)
    for (const [name, finds] of Object.entries(methods)) {
      const found = pairs.filter(finds)
      const right = found.filter((pair) => exact(pair) >= threshold).length
      rows.push([name, String(threshold), number(alike.length), number(found.length), percent(right / alike.length),
        percent(sum(alike) / alike.length), percent(right / found.length), percent(sum(alike) / sum(chances)), ''])
    }
  }
  print('Labelled pairs, by exact Jaccard similarity J of word 5-grams', rows)

  const rewritten = pairs.filter(({ relation }) => relation.startsWith('onestop-rewritten'))
  const kept = [['found by', 'pairs', 'found', 'by the formula', 'their J', '']]
  for (const [name, finds] of Object.entries(methods)) {
    const found = rewritten.filter(finds)
    const chance = rewritten.reduce((total, pair) => total + bandProbability(exact(pair), minHashDefaults), 0)
    kept.push([name, number(rewritten.length), number(found.length), number(chance), found.map((pair) => exact(pair).toFixed(2)).toSorted().join(' '), ''])
  }
  print('Rewritten articles, which must survive', kept)

  const every = allPairs(wordGrams)
  const known = read('allpairs-j50.neardup-docs')
  process.stdout.write(`\n${every.filter(([, , j]) => j >= 0.5).length} pairs from J 0.5 by the oracle, ${known.length} in the list\n`)
  const buckets = [0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.72, 0.8, 0.9, 1]
  const foundIn = Object.entries(methods).map(([name, finds]) => [name, every.filter(([a, b]) => finds({ a, b }))])
  const table = [['J', 'pairs', 'by the formula', ...foundIn.map(([name]) => name), '']]
  buckets.forEach((from, k) => {
    const within = ([, , j]) => j >= from && j < (buckets[k + 1] ?? 2)
    const bucket = every.filter(within)
    const chance = bucket.reduce((total, [, , j]) => total + bandProbability(j, minHashDefaults), 0)
    const shares = foundIn.map(([, found]) => {
      const count = found.filter(within).length
      return `${number(count)} ${percent(count / bucket.length).padStart(7)}`
    })
    table.push([from === 1 ? '1' : `${from} to ${buckets[k + 1]}`, number(bucket.length), percent(chance / bucket.length), ...shares, ''])
  })
  print('Every pair of the documents that has a word 5-gram in common', table)
  const keys = new Map(Array.from(plain, ([id, its]) => [id, its ? keyNames(its.keys) : []]))
  const none = pairsWithKey(keys).filter(([a, b]) => jaccardOf(wordGrams.get(a), wordGrams.get(b)) === 0).length
  process.stdout.write(`\npairs with a key but no 5-gram in common: ${none}\n`)
}

/** 2. Pairs of exactly known similarity against 1 - (1 - J^hashes)^bands. */
function planted() {
  const minHash = new MinHash({ ...minHashDefaults, ngram: 1 })
  const random = randomFrom(1)
  const count = Number(options.pairs)
  const rows = [['J', 'found', 'formula', 'standard errors off', 'mean estimate', 'its error', 'theory', '']]
  for (const similarity of [0.3, 0.4, 0.5, 0.6, 0.7, 0.72, 0.75, 0.8, 0.85, 0.9, 0.95]) {
    let found = 0
    let sum = 0
    let squares = 0
    for (let n = 0; n < count; n++) {
      const [a, b] = plantedPair(random, Math.round(similarity * 100), 100).map((text) => sign(minHash, text))
      if (anyKey(a, b)) found++
      const guess = minHash.jaccard(a.sketch, 0, b.sketch, 0)
      sum += guess
      squares += (guess - similarity) ** 2
    }
    const chance = bandProbability(similarity, minHashDefaults)
    const match = similarity + (1 - similarity) / 4
    const theory = Math.sqrt((match * (1 - match)) / 112) / 0.75
    rows.push([String(similarity), percent(found / count), percent(chance), ((found / count - chance) / Math.sqrt((chance * (1 - chance)) / count)).toFixed(1),
      (sum / count).toFixed(4), Math.sqrt(squares / count).toFixed(4), theory.toFixed(4), ''])
  }
  print(`Planted pairs, ${number(count)} a row`, rows)
}

/** 3. Documents a second on one core, beside a plain version on strings, because the ratio holds on any machine. */
function speed() {
  const chinese = (seed, chars) => englishText(seed, chars).replace(/[a-z]+ ?/gi, (word) => String.fromCharCode(0x4e00 + (word.length * 977 + word.charCodeAt(0) * 131 + word.charCodeAt(1) * 7) % 5000))
  const kinds = [['English', englishText, [512, 2048, 8192, 32_768, 1_048_576]], ['Chinese', chinese, [683, 10_923]]]
  const rows = [['text', 'characters', 'us a document', 'documents/s', 'MB/s', 'plain, us', 'ratio', '']]
  for (const [kind, write, sizes] of kinds) {
    for (const size of sizes) {
      const texts = Array.from({ length: Math.max(2, Math.min(500, Math.floor(2e6 / size))) }, (_, seed) => flat(write(seed, kind === 'English' ? size : size * 5).slice(0, size)))
      const minHash = new MinHash(minHashDefaults)
      const fast = timePerText(texts, (text) => sign(minHash, text))
      // Which knows no other words than those between blanks, so in Chinese it has nothing to do.
      const slow = kind === 'English' ? timePerText(texts.slice(0, 100), plainSignature) : null
      const bytes = Buffer.byteLength(texts.join('')) / texts.length
      rows.push([kind, number(size), number(fast), number(1e6 / fast), number(bytes / fast), number(slow), slow === null ? '-' : number(slow / fast), ''])
    }
  }
  print('Signing, one core (plain: regular expressions, string 5-grams, FNV-1a, 112 permutations one after the other)', rows)
}

/** Microseconds; the median of nine rounds after a warm-up. */
function timePerText(texts, work) {
  const round = () => {
    const start = performance.now()
    for (const text of texts) work(text)
    return ((performance.now() - start) * 1000) / texts.length
  }
  for (let start = performance.now(); performance.now() - start < 300; ) round()
  return median(Array.from({ length: 9 }, round))
}

/** One string of its own, as decoding makes them, and no slice of another. */
function flat(text) {
  return Buffer.from(text).toString()
}

function plainSignature(text) {
  const words = text.toLowerCase().replace(/\p{Nd}+([.,]\p{Nd}+)?/gu, '0').normalize('NFD').replace(/\p{Mn}/gu, '').replace(/[\p{P}\p{S}\s]+/gu, ' ').trim().split(' ')
  const minima = new Float64Array(112).fill(2 ** 32)
  for (let k = 0; k + 5 <= words.length; k++) {
    let hash = 0x811c9dc5
    const gram = words.slice(k, k + 5).join(' ')
    for (let i = 0; i < gram.length; i++) hash = Math.imul(hash ^ gram.charCodeAt(i), 0x01000193)
    for (let i = 0; i < 112; i++) minima[i] = Math.min(minima[i], (Math.imul(hash, 2 * i + 0x9e3779b1) + i * 0x85ebca6b) >>> 0)
  }
  return minima
}

function sign(minHash, text) {
  const keys = new Uint32Array(2 * minHash.bands)
  const sketch = new Uint32Array(minHash.sketchWords)
  return minHash.sign(text, keys, sketch) ? { keys, sketch } : null
}

function signAll(texts, change = (text) => text) {
  const minHash = new MinHash(minHashDefaults)
  return new Map(Array.from(texts, ([id, text]) => [id, sign(minHash, change(text))]))
}

/** Digits become letters of nobody's, so that no two numbers are the same. */
function keepNumbers(text) {
  return text.replace(/\p{Nd}/gu, (digit) => String.fromCharCode(0xe000 + (digit.codePointAt(0) % 1000)))
}

function anyKey(a, b) {
  if (!a || !b) return false
  for (let k = 0; k < a.keys.length; k += 2) if (a.keys[k] === b.keys[k] && a.keys[k + 1] === b.keys[k + 1]) return true
  return false
}

function shareKey(signed, { a, b }) {
  return anyKey(signed.get(a), signed.get(b))
}

function estimate(signed, { a, b }) {
  return judge.jaccard(signed.get(a).sketch, 0, signed.get(b).sketch, 0)
}

function keyNames(keys) {
  return Array.from({ length: keys.length / 2 }, (_, band) => `${keys[band * 2]} ${keys[band * 2 + 1]}`)
}

function percent(share) {
  return Number.isFinite(share) ? `${(share * 100).toFixed(2)} %` : '-'
}
