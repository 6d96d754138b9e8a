import { ConfigInvalidError } from '../errors.ts'
import { isEncoding } from '../text/tokens.ts'
import type { TextJudge } from './text-judge.ts'

/**
 * Load a tokenizer file before anything is paid for.
 * @throws ConfigInvalidError saying what is wrong with it
 */
export async function checkTokenizer(tokenizer: string, judge: Pick<TextJudge, 'countTokens'>): Promise<void> {
  if (isEncoding(tokenizer)) return
  try {
    await judge.countTokens([''])
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const missing = code === 'ENOENT' || message.startsWith('ENOENT')
    const what = missing ? 'no such file, expected o200k_base, cl100k_base or a tokenizer.json' : message.replaceAll(/\s+/g, ' ') // JSON.parse quotes what it read
    throw new ConfigInvalidError([`--tokenizer ${tokenizer}: ${what}`], { cause })
  }
}
