import { hash } from 'node:crypto'

/** 32-bit words of an exact key: two to look up by, and a check. */
export const exactWords = 3

/**
 * 96 bits of the SHA-256 of `text` in UTF-8: two of a billion different texts share them with a chance of 1e-11.
 * Written into `words`, so that millions of them need no object each.
 */
export function exactKey(text: string, words: Uint32Array): void {
  const bytes = hash('sha256', text, 'binary')
  for (let k = 0; k < exactWords; k++) words[k] = wordAt(bytes, k * 4)
}

function wordAt(bytes: string, at: number): number {
  return (bytes.charCodeAt(at) << 24) | (bytes.charCodeAt(at + 1) << 16) | (bytes.charCodeAt(at + 2) << 8) | bytes.charCodeAt(at + 3)
}
