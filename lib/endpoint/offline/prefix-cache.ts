import { countTokens } from '../../text/tokens.ts'

/** Counts of one prompt. */
export interface PromptCount {
  readonly tokens: number
  /** Tokens of the longest beginning, in whole segments, that a recent prompt began with too. */
  readonly cached: number
}

/** Prompts remembered: what a server's prefix cache holds, roughly. */
const MOST_ENTRIES = 2048
/** UTF-16 units held in keys, over all entries: bounds memory whatever the documents' size. */
const MOST_CHARS = 2_000_000
/** A longer segment is counted to here and the rest estimated at the same rate: 10 MB must not stop the server. */
const COUNTED = 500_000

interface Entry {
  readonly id: number
  readonly tokens: number
  readonly chars: number
}

/**
 * Counts prompts segment by segment (system, document, instruction). A segment after the same beginning is counted
 * once, and its tokens are reported as cached when it comes again.
 */
export class PrefixCache {
  // Insertion order is age: an entry that is used again moves to the end.
  readonly #entries = new Map<string, Entry>()
  #chars = 0
  #nextId = 1

  /** `segments` in order; empty ones are skipped. */
  count(segments: readonly string[]): PromptCount {
    let tokens = 0
    let cached = 0
    let parent = 0
    let known = true
    for (const segment of segments) {
      if (segment === '') continue
      const key = `${parent}\n${segment}`
      const entry = this.#entries.get(key)
      if (entry) this.#entries.delete(key)
      else known = false
      const counted = entry ?? { id: this.#nextId++, tokens: boundedCount(segment), chars: key.length }
      if (!entry) this.#chars += counted.chars
      this.#entries.set(key, counted)
      tokens += counted.tokens
      if (known) cached += counted.tokens
      parent = counted.id
    }
    this.#evict()
    return { tokens, cached }
  }

  #evict(): void {
    for (const [key, { chars }] of this.#entries) {
      if (this.#entries.size <= MOST_ENTRIES && this.#chars <= MOST_CHARS) return
      this.#entries.delete(key)
      this.#chars -= chars
    }
  }
}

function boundedCount(text: string): number {
  if (text.length <= COUNTED) return countTokens(text)
  return Math.round(countTokens(text.slice(0, COUNTED)) * (text.length / COUNTED))
}
