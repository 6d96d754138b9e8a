import { parentPort, workerData } from 'node:worker_threads'
import { ruleSets } from '../text/rules.ts'
import type { Answer, Task } from './text-judge.ts'

/** The worker side of text-judge.ts: one message in, one message out. */
const port = parentPort
if (!port) throw new Error('text-worker runs in a worker thread only')
const { encoding } = workerData as { readonly encoding: 'o200k_base' | 'cl100k_base' }

// Messages are handled one after another: the first count waits for the tokenizer's tables and later ones for it.
let turn: Promise<void> = Promise.resolve()
port.on('message', (message: Task & { readonly task: number }) => {
  turn = turn.then(() => answer(message))
})

async function answer(message: Task & { readonly task: number }): Promise<void> {
  const { task } = message
  try {
    const value = message.kind === 'judge' ? message.texts.map(ruleSets[message.rules]) : await counts(message.texts)
    post({ task, value })
  } catch (error) {
    post({ task, error })
  }
}

/** The tokenizer's tables take a tenth of a second and tens of megabytes to load: only where a count is asked for. */
async function counts(texts: readonly string[]): Promise<number[]> {
  const { countTokens } = await import('../text/tokens.ts')
  return Promise.all(texts.map((text) => countTokens(text, encoding)))
}

function post(message: Answer): void {
  port!.postMessage(message)
}
