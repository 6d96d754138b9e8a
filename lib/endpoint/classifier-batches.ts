/**
 * Classifiers read 512 tokens, rarely 8,192, and servers cut the rest off after they have tokenized it. What lies
 * behind this many UTF-16 units (50,000 tokens and more) cannot count, and would only fill requests.
 */
const maxTextUnits = 250_000

/**
 * UTF-8 bytes of text a request. Room is left for JSON's escapes below what servers take: 1 MiB (nginx), 2 MB (TEI).
 */
const maxBatchBytes = 900_000

/** A text as it is sent: well-formed, since servers answer lone surrogates with 400, and no longer than can count. */
export function classifiable(text: string): string {
  return (text.length > maxTextUnits ? text.slice(0, maxTextUnits) : text).toWellFormed()
}

/**
 * Cut a list into runs of at most `size` texts and `maxBytes`, a text over it alone.
 * @returns first index and index after the last of each
 */
export function planBatches(
  texts: readonly string[], size: number, maxBytes = maxBatchBytes,
): [from: number, to: number][] {
  const batches: [number, number][] = []
  let from = 0
  let bytes = 0
  for (let i = 0; i < texts.length; i++) {
    const length = Buffer.byteLength(texts[i] as string)
    if (i > from && (i - from >= size || bytes + length > maxBytes)) {
      batches.push([from, i])
      from = i
      bytes = 0
    }
    bytes += length
  }
  if (texts.length > 0) batches.push([from, texts.length])
  return batches
}
