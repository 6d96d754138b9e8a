import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base'

/** Tokens in `text`; special tokens in it count as the plain text they are. */
export function countTokens(text: string, _encoding: 'o200k_base' | 'cl100k_base' = 'o200k_base'): number {
  return countO200k(text, { disallowedSpecial: new Set() })
}
