import { parentPort, workerData } from 'node:worker_threads'
import type { FastTextModel } from '../text/fasttext/model.ts'
import { firstBroken } from '../text/rules.ts'
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
    post({ task, value: await valueOf(message) })
  } catch (error) {
    post({ task, error })
  }
}

async function valueOf(task: Task): Promise<readonly unknown[]> {
  switch (task.kind) {
    case 'judge': return task.texts.map((text) => firstBroken(task.rules, text))
    case 'count': return counts(task.texts)
    case 'labels': return (await fastText(task.file)).labels
    case 'score': return scores(await fastText(task.file), task.label, task.texts)
  }
}

const models = new Map<string, Promise<FastTextModel>>()

function fastText(file: string): Promise<FastTextModel> {
  const known = models.get(file) ?? import('../text/fasttext/model.ts').then(({ readFastText }) => readFastText(file))
  models.set(file, known)
  return known
}

async function scores(model: FastTextModel, label: number, texts: readonly string[]): Promise<number[]> {
  const { oneLine } = await import('../text/fasttext/model.ts')
  const probabilities = new Float64Array(model.labels.length)
  return texts.map((text) => model.probabilities(oneLine(text), probabilities)[label]!)
}

/** The tokenizer's tables take a tenth of a second and tens of megabytes to load: only where a count is asked for. */
async function counts(texts: readonly string[]): Promise<number[]> {
  const { countTokens } = await import('../text/tokens.ts')
  return Promise.all(texts.map((text) => countTokens(text, encoding)))
}

function post(message: Answer): void {
  port!.postMessage(message)
}
