import { readFileSync } from 'node:fs'
import { Tokenizer } from '@huggingface/tokenizers'

/** Counts in the tokenizer of a model. */
export interface FileTokenizer {
  count(text: string): number
  /** With what the tokenizer puts before and after a text (BOS, EOS). */
  countWithSpecials(text: string): number
  /** The longest beginning that has at most `max` tokens, or nearly: see truncate. */
  truncate(text: string, max: number): string
}

/**
 * Longest stretch handed to the tokenizer at once, in UTF-16 units. Its merge takes n log n for a run without a break,
 * and spreads what it finds over the stack; so time is linear in the text, at 1 to 20 us a unit. A text that is no
 * longer is counted exactly; a longer one may have a token or two more for every cut.
 */
const MAX_PIECE = 65_536

/** A cut goes before the last blank in this many units, where most tokenizers begin a token anyway. */
const LOOK_BACK = 4096

const plain = { add_special_tokens: false }
const verbatim = { skip_special_tokens: false, clean_up_tokenization_spaces: false }

/**
 * The tokenizer in a `tokenizer.json` of Hugging Face. As there, special tokens that stand in a text are counted as what they are;
 * bounds on length (`truncation`, `padding`) are not looked at.
 * @throws Error saying what is wrong with the file
 */
export function readTokenizer(file: string): FileTokenizer {
  return fromTokenizer(parse(readFileSync(file, 'utf8')))
}

function parse(source: string): Tokenizer {
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch (cause) {
    throw new Error(`it is no JSON: ${(cause as Error).message}`, { cause })
  }
  if (typeof value !== 'object' || value === null || !('model' in value)) throw new Error('it is JSON, but no tokenizer.json: it has no "model"')
  // The library wants every part to be named, also those that the file may leave out.
  const parts = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null }
  return new Tokenizer({ ...parts, ...value }, {})
}

function fromTokenizer(tokenizer: Tokenizer): FileTokenizer {
  const { model } = tokenizer
  // The library makes one token of neighbouring unknown ones in quadratic time: 2 minutes for a megabyte of an unknown script.
  const unknown = model?.fuse_unk ? model.unk_token_id : undefined
  if (model) model.fuse_unk = false
  const encode = (text: string): readonly number[] => {
    const ids: readonly number[] = tokenizer.encode(text, plain).ids
    return unknown === undefined ? ids : ids.filter((id, i) => id !== unknown || ids[i - 1] !== unknown)
  }
  const specials = tokenizer.encode('', { add_special_tokens: true }).ids.length
  const count = (text: string): number => {
    let sum = 0
    for (const piece of pieces(text)) sum += encode(piece).length
    return sum
  }
  return {
    count,
    countWithSpecials: (text) => specials + count(text),
    truncate(text, max) {
      let left = max
      let done = 0
      for (const piece of pieces(text)) {
        const ids = encode(piece)
        if (ids.length > left) return text.slice(0, done) + head(tokenizer, piece, ids.slice(0, left), (part) => encode(part).length)
        left -= ids.length
        done += piece.length
      }
      return text
    },
  }
}

/**
 * The beginning of `piece` that `ids`, its first tokens, stand for. Where the tokenizer changes a text so much that decoding does not
 * give it back (lower case, say), it is searched for by counting instead.
 */
function head(tokenizer: Tokenizer, piece: string, ids: readonly number[], count: (text: string) => number): string {
  if (ids.length === 0) return ''
  const decoded = tokenizer.decode([...ids], verbatim)
  // A token can end inside a character, which decodes as U+FFFD: up to three of its bytes.
  const whole = decoded.replace(/\ufffd{1,3}$/, '')
  if (piece.startsWith(decoded)) return atCharacter(piece, decoded.length)
  if (piece.startsWith(whole)) return atCharacter(piece, whole.length)
  let [fits, tooLong] = [0, piece.length]
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1
    if (count(atCharacter(piece, middle)) <= ids.length) fits = middle
    else tooLong = middle
  }
  return atCharacter(piece, fits)
}

/** `text` in pieces that are short enough. Almost every text is one piece. */
function* pieces(text: string): Generator<string> {
  let start = 0
  while (text.length - start > MAX_PIECE) {
    const window = text.slice(start + MAX_PIECE - LOOK_BACK, start + MAX_PIECE)
    const blank = window.search(/\s\S*$/)
    const piece = blank > 0 ? text.slice(start, start + MAX_PIECE - LOOK_BACK + blank) : atCharacter(text.slice(start), MAX_PIECE)
    yield piece
    start += piece.length
  }
  if (start < text.length) yield text.slice(start)
}

/** The first `units` of `text`, less half a character. */
function atCharacter(text: string, units: number): string {
  const last = text.charCodeAt(units - 1)
  const half = units > 0 && units < text.length && last >= 0xd800 && last < 0xdc00
  return text.slice(0, half ? units - 1 : units)
}
