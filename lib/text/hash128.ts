import { hash } from 'node:crypto'

/** 128 bits of SHA-256 over the parts, as 32 hex digits; the separator cannot be produced by joining other parts. */
export function hash128(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32)
}
