import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { bandProbability, MinHash, minHashDefaults } from '../../dist/text/minhash.js'
import { Shingles } from '../../dist/text/shingles.js'

interface SimilarPairs {
  allPairs<T>(sets: ReadonlyMap<number, ReadonlySet<T>>): [a: number, b: number, similarity: number][]
  jaccardOf<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number
  pairsWithKey(keys: ReadonlyMap<number, readonly string[]>): [a: number, b: number][]
}
const similarPairs = new URL('../../bench/similar-pairs.js', import.meta.url).href
const { allPairs, jaccardOf, pairsWithKey } = (await import(similarPairs)) as SimilarPairs

// The same documents through datatrove's MinHash (Python, named by $PYTHON or python3) and through lib/text.
t.setTimeout(1_200_000)
const python = process.env['PYTHON'] ?? 'python3'
const scriptPath = fileURLToPath(new URL('datatrove-minhash.py', import.meta.url))
const check = spawnSync(python, [scriptPath, '--check'], { encoding: 'utf8' })
const docs = new URL('../../../shared/data/seeds/neardup-docs.jsonl.gz', import.meta.url)
const skip = check.status !== 0 ? `${python}: ${check.error?.message ?? check.stderr.trim().split('\n').at(-1)}` : existsSync(docs) ? false : 'no ../shared/data'

interface Answer {
  readonly words: readonly string[]
  readonly shingles: string
  readonly keys: readonly string[]
}

async function datatrove(texts: readonly string[]): Promise<Answer[]> {
  const child = spawn(python, [scriptPath], { stdio: ['pipe', 'pipe', 'ignore'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stdin.end(texts.map((text) => `${JSON.stringify(text)}\n`).join(''))
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  return Buffer.concat(chunks).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as Answer)
}

function setOf(base64: string): Set<bigint> {
  const bytes = Buffer.from(base64, 'base64')
  return new Set(Array.from({ length: bytes.length / 8 }, (_, k) => bytes.readBigUInt64LE(k * 8)))
}

function shinglesOf(text: string, ngram: number): string[] {
  const shingles = new Shingles(ngram)
  const found: string[] = []
  shingles.scan(text, (count) => {
    for (let k = 0; k < count; k++) found.push(`${shingles.lo[k]} ${shingles.hi[k]}`)
  })
  return found
}

function keysOf(minHash: MinHash, text: string): string[] {
  const keys = new Uint32Array(2 * minHash.bands)
  if (!minHash.sign(text, keys, new Uint32Array(minHash.sketchWords))) return []
  return Array.from({ length: minHash.bands }, (_, band) => `${keys[band * 2]} ${keys[band * 2 + 1]}`)
}

const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(2)} %`

t.test('datatrove and we find the same near duplicates', { skip }, async (t) => {
  const rows = gunzipSync(readFileSync(docs)).toString().trimEnd().split('\n')
  const texts = rows.map((row) => (JSON.parse(row) as { text: string }).text)
  const answers = await datatrove(texts)
  t.equal(answers.length, texts.length)

  const wordHash = new Map<string, string>()
  const hashOf = (word: string) => wordHash.get(word) ?? wordHash.set(word, shinglesOf(word, 1)[0]!).get(word)!
  const sameWords = texts.filter((text, k) => {
    const ours = shinglesOf(text, 1)
    const { words } = answers[k]!
    return ours.length === words.length && words.every((word, i) => hashOf(word) === ours[i])
  })
  t.comment(`the same words in ${percent(sameWords.length, texts.length)} of ${texts.length} documents`)

  const minHash = new MinHash(minHashDefaults)
  const theirSets = new Map(answers.map(({ shingles }, k) => [k, setOf(shingles)]))
  const ourSets = new Map(texts.map((text, k) => [k, new Set(shinglesOf(text, minHashDefaults.ngram))]))
  const name = ([a, b]: readonly [number, number, number?]) => `${a} ${b}`
  const theirs = new Set(pairsWithKey(new Map(answers.map(({ keys }, k) => [k, keys]))).map(name))
  const ours = new Set(pairsWithKey(new Map(texts.map((text, k) => [k, keysOf(minHash, text)]))).map(name))

  const pairs = allPairs(theirSets)
  const differences = pairs.filter(([, , j]) => j >= 0.5).map(([a, b, j]) => Math.abs(jaccardOf(ourSets.get(a)!, ourSets.get(b)!) - j))
  t.comment(`J of our shingles is off theirs by ${(differences.reduce((x, y) => x + y) / differences.length).toFixed(5)} on average, at most ${Math.max(...differences).toFixed(4)}`)
  const tally = (from: number, to: number) => {
    const within = pairs.filter(([, , j]) => j >= from && j < to)
    return {
      pairs: within.length,
      formula: within.reduce((sum, [, , j]) => sum + bandProbability(j, minHashDefaults), 0),
      theirs: within.filter((pair) => theirs.has(name(pair))).length,
      ours: within.filter((pair) => ours.has(name(pair))).length,
      both: within.filter((pair) => theirs.has(name(pair)) && ours.has(name(pair))).length,
    }
  }
  const bounds = [0, 0.3, 0.5, 0.6, 0.72, 0.8, 0.9, 2]
  bounds.slice(0, -1).forEach((from, k) => {
    const { pairs, formula, ...found } = tally(from, bounds[k + 1]!)
    const shares = Object.entries(found).map(([by, count]) => `${by} ${percent(count, pairs)}`)
    t.comment(`J from ${from}: ${pairs} pairs, formula ${percent(formula, pairs)}, ${shares.join(', ')}`)
  })
  // Both are chances: a bucket of 100 related pairs is off by several points for either.
  const similar = tally(0.5, 2)
  t.ok(similar.pairs > 1000, `${similar.pairs} pairs`)
  for (const by of ['theirs', 'ours'] as const) {
    const off = (similar[by] - similar.formula) / similar.pairs
    t.ok(Math.abs(off) < 0.03, `${by} off the formula by ${(100 * off).toFixed(2)} points from J 0.5`)
  }
  const near = tally(0.9, 2)
  t.ok(near.both >= near.pairs * 0.999, `${near.both} of ${near.pairs} pairs from J 0.9 found by both`)
  const far = tally(0, 0.3)
  t.ok(far.ours <= 2, `${far.ours} of ${far.pairs} pairs below J 0.3 found`)
  t.ok(sameWords.length > texts.length * 0.98, 'the words are theirs')
  t.ok(Math.max(...differences) < 0.1, 'the similarity of a pair is theirs')
})
