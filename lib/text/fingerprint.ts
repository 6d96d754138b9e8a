import { hash } from 'node:crypto'

/** 32-bit words in a fingerprint. */
export const fingerprintWords = 4

/**
 * 128 bits of the SHA-256 of `text` in UTF-8: two of a billion different texts share one with a chance of 1e-21.
 * Written into `words`, so that millions of them need no object each.
 */
export function fingerprint(text: string, words: Uint32Array): void {
  const bytes = hash('sha256', text, 'binary')
  for (let k = 0; k < fingerprintWords; k++) {
    let word = 0
    for (let at = k * 4; at < k * 4 + 4; at++) word = (word << 8) | bytes.charCodeAt(at)
    words[k] = word
  }
}
