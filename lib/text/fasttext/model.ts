import { type Dictionary, readDictionary } from './dictionary.ts'
import { type FastTextKind, readHeader } from './header.ts'
import { classifier } from './loss.ts'
import { type Matrix, readDense } from './matrix.ts'
import { ModelFile } from './model-file.ts'
import { readQuantized } from './quantized.ts'
import { TextVector } from './text-vector.ts'

export { type FastTextKind } from './header.ts'
export { oneLine } from './one-line.ts'

/** A supervised fastText model in memory. Its functions share work space: one thread, one call at a time. */
export interface FastTextModel {
  /** As in the file, with their prefix: `__label__hq`. Most frequent first. */
  readonly labels: readonly string[]
  readonly kind: FastTextKind
  /**
   * Probability of every label for one text, in the order of `labels`: what `fasttext predict-prob model - -1` prints,
   * to the last digit or so, up to 1.00001 as fastText has it. Line ends are blanks here like any other, where fastText
   * takes each line for a text of its own; half surrogate pairs are U+FFFD.
   *
   * All are NaN for a text of which the model knows nothing, not even the end of a line; fastText gives no label then.
   * Labels that fastText leaves out with hierarchical softmax, because they are below 0.00001, are 0.
   *
   * @param out filled and returned where given; one number a label
   */
  probabilities(text: string, out?: Float64Array): Float64Array
}

/**
 * Read a model of fastText: .bin or .ftz, format version 11 or 12, any loss. Takes as much memory as the file is
 * large (and for the words, about 25 bytes each); what a file claims is checked against its size before it is allocated.
 *
 * @throws {InputNotFoundError} there is no such file
 * @throws {InputUnreadableError} not a fastText model, of another version, without labels, cut short, or damaged
 */
export function readFastText(path: string): FastTextModel {
  const file = new ModelFile(path)
  try {
    return readModel(file)
  } finally {
    file.close()
  }
}

function readModel(file: ModelFile): FastTextModel {
  const kind = readHeader(file)
  const dictionary = readDictionary(file)
  const { labels } = dictionary

  const inputIsQuantized = file.bool('the input matrix')
  const read = (quantized: boolean, part: string): Matrix => (quantized ? readQuantized : readDense)(file, kind.dimension, part)
  const input = read(inputIsQuantized, 'the input matrix')
  checkRows(file, kind, dictionary, input, inputIsQuantized)
  const outputIsQuantized = file.bool('the output matrix')
  // fastText heeds the second mark only after the first.
  const output = read(inputIsQuantized && outputIsQuantized, 'the output matrix')
  if (output.rows !== labels.length) throw file.bad(`damaged: an output matrix of ${output.rows} rows for ${labels.length} labels`)

  const text = new TextVector(kind, dictionary, input)
  const classify = classifier(kind.loss, output, dictionary.labelCounts)
  return {
    labels,
    kind,
    probabilities(string, out = new Float64Array(labels.length)) {
      if (text.set(string)) classify(text.vector, out)
      else out.fill(NaN)
      return out
    },
  }
}

/** Every row that a word or n-gram may ask for must be there. */
function checkRows(file: ModelFile, kind: FastTextKind, dictionary: Dictionary, input: Matrix, quantized: boolean): void {
  if (dictionary.isPruned && !quantized) throw file.bad('a pruned model that is not quantised, which fastText refuses too')
  const usesBuckets = kind.wordNgrams > 1 || kind.charNgrams[1] > 0
  const needed = dictionary.rowsNeeded(usesBuckets ? kind.buckets : 0)
  if (input.rows < needed) throw file.bad(`damaged: an input matrix of ${input.rows} rows for ${needed} words and n-grams`)
}
