import { parentPort, workerData } from 'node:worker_threads'
import type { FastTextModel } from '../text/fasttext/model.ts'
import { firstBroken } from '../text/rules.ts'
import type { Answer, ChunkOptions, Counted, DraftRow, RefineOptions, Task } from './text-judge.ts'
import type { Tokens } from '../recipes/operation.ts'
import type { Refined } from '../recipes/refine.ts'

/** The worker side of text-judge.ts: one message in, one message out. */
const port = parentPort
if (!port) throw new Error('text-worker runs in a worker thread only')
const { tokenizer: tokenizerName } = workerData as { readonly tokenizer: string }

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
    case 'chunk': return chunk(task.how, task.texts)
    case 'refine': return refineAll(task.how, task.texts, task.drafts)
    case 'labels': return (await fastText(task.file)).labels
    case 'score': return scores(await fastText(task.file), task.label, task.texts)
  }
}

async function chunk({ chunk, ...about }: ChunkOptions, texts: readonly string[]): Promise<unknown[]> {
  const { cut } = await import('../recipes/refine.ts')
  const tokens = await tokenizer()
  return texts.map((text) => cut(chunk, text, { ...about, tokens }))
}

async function refineAll(how: RefineOptions, texts: readonly string[], drafts: readonly Omit<DraftRow, 'text'>[]): Promise<Counted<Refined>[]> {
  const { refine } = await import('../recipes/refine.ts')
  const { draw } = await import('../recipes/draw.ts')
  const tokens = await tokenizer()
  return drafts.map(({ id, slots, source, document }, i) => {
    let counts: Record<string, number> | null = null
    const refined = refine(how.ops, { text: texts[i]!, slots, judgeScore: null }, {
      source,
      document: document ?? source,
      quirks: how.quirks,
      tokens,
      draw: (label, bound) => draw([how.runSeed, id, how.step, label], bound),
      count: (name, by = 1) => {
        counts ??= {}
        counts[name] = (counts[name] ?? 0) + by
      },
    })
    return { ...refined, counts }
  })
}

let loaded: Promise<Tokens> | null = null

/** Tables are loaded by the first count (tokens.ts), so a recipe that counts nothing loads none. */
function tokenizer(): Promise<Tokens> {
  return (loaded ??= loadTokenizer())
}

async function loadTokenizer(): Promise<Tokens> {
  const { countTokens, isEncoding, truncateTokens } = await import('../text/tokens.ts')
  const name = tokenizerName
  if (!isEncoding(name)) return (await import('../text/tokenizer-file.ts')).readTokenizer(name)
  const count = (text: string): number => countTokens(text, name)
  return { count, countWithSpecials: count, truncate: (text, max) => truncateTokens(text, max, name) }
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
  const tokens = await tokenizer()
  return texts.map((text) => tokens.count(text))
}

function post(message: Answer): void {
  port!.postMessage(message)
}
