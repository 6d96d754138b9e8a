import type { ModelFile } from './model-file.ts'

export type LossName = 'hs' | 'ns' | 'softmax' | 'ova'

/** What the file says about how the model was trained, as far as it bears on what the model says. */
export interface FastTextKind {
  /** Of the file format: 11 or 12. */
  readonly version: number
  /** Numbers of a vector. */
  readonly dimension: number
  /** Hierarchical softmax, negative sampling, softmax, or one-vs-all: only with softmax (and about, with hs) is the sum of the probabilities 1. */
  readonly loss: LossName
  /** Longest sequence of words that has a vector; 1 for words alone. */
  readonly wordNgrams: number
  /** Shortest and longest sequence of characters that has a vector; the longest is 0 where there are none. */
  readonly charNgrams: readonly [number, number]
  /** Rows that the n-grams of words and characters share by hash. */
  readonly buckets: number
}

const MAGIC = 793712314
const LOSSES: readonly (LossName | undefined)[] = [undefined, 'hs', 'ns', 'softmax', 'ova']
const MODELS: readonly (string | undefined)[] = [undefined, 'cbow', 'skipgram', 'supervised']
/** No model has n-grams of more words or characters; a damaged file that claims so would make every text endless. */
const LONGEST_NGRAM = 100

/** Signature and arguments: the first 64 bytes. */
export function readHeader(file: ModelFile): FastTextKind {
  const part = 'the header'
  const magic = file.size < 4 ? null : file.int32(part)
  if (magic !== MAGIC) {
    const found = magic === null ? `${file.size} bytes` : `a file that begins with ${hex(magic)}`
    throw file.bad(`not a fastText model: found ${found}, expected ${hex(MAGIC)} (.bin or .ftz of fastText)`)
  }
  const version = file.int32(part)
  if (version !== 11 && version !== 12) throw file.bad(`fastText format version ${version}; versions 11 and 12 can be read`)
  // ws, epoch, minCount, neg, lrUpdateRate and t matter to training only.
  const dimension = file.int32(part)
  for (let k = 0; k < 4; k++) file.int32(part)
  const wordNgrams = file.int32(part)
  const loss = LOSSES[file.int32(part)]
  const model = MODELS[file.int32(part)]
  const buckets = file.int32(part)
  const shortest = file.int32(part)
  const longest = file.int32(part)
  file.int32(part)
  file.double(part)

  if (model === undefined || loss === undefined) throw file.bad('damaged header: it names no known model or loss')
  if (model !== 'supervised') throw file.bad(`a ${model} model of word vectors; a supervised model (with labels) was expected`)
  if (dimension < 1) throw file.bad(`damaged header: vectors of ${dimension} numbers`)
  const within = (value: number): boolean => value >= 0 && value <= LONGEST_NGRAM
  if (!within(wordNgrams) || !within(shortest) || !within(longest)) {
    throw file.bad(`damaged header: n-grams of ${wordNgrams} words and of ${shortest} to ${longest} characters; at most ${LONGEST_NGRAM} were expected`)
  }
  // Supervised models of version 11 were trained without character n-grams, whatever they say.
  const charNgrams: [number, number] = version === 11 ? [0, 0] : [shortest, longest]
  const hashes = wordNgrams > 1 || (charNgrams[1] > 0 && charNgrams[0] <= charNgrams[1])
  if (buckets < 0 || (buckets === 0 && hashes)) throw file.bad(`damaged header: ${buckets} buckets for n-grams`)
  return { version, dimension, loss, wordNgrams, charNgrams, buckets }
}

/** The four bytes as they stand in the file. */
function hex(int32: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(int32)
  return bytes.toString('hex')
}
