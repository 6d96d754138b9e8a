/**
 * The chunks that ProX's chunk refiner is shown (trunc_text in apply_chunk_refining.py): lines with their 0-based number in
 * the document before them, `[007]`, wider from 1000 on, packed in order while their counts add up to at most `maxTokens`. A line
 * that is longer is a chunk of its own. At least one.
 * @param count tokens of one line, with what the tokenizer puts before and after a text
 */
export function proxLines(text: string, maxTokens: number, count: (line: string) => number): string[] {
  const chunks: string[] = []
  let chunk: string[] = []
  let length = 0
  const flush = (): void => {
    if (chunk.length > 0) chunks.push(chunk.join('\n'))
    chunk = []
    length = 0
  }
  for (const [index, line] of text.split('\n').entries()) {
    const numbered = `[${String(index).padStart(3, '0')}]${line}`
    const tokens = count(numbered)
    if (length + tokens > maxTokens) flush()
    chunk.push(numbered)
    length += tokens
    if (tokens > maxTokens) flush()
  }
  flush()
  return chunks
}
