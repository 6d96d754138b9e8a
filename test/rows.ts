import type { GeneratedRow, PromptRow, Reply, SeedRow } from '../dist/rows.js'
import type { Ask } from '../dist/stages/expand.js'

/** Rows for tests: complete, with only what matters given. */
export function seedRow(part: Partial<SeedRow> = {}): SeedRow {
  return { id: 's1', text: 'A text.', locator: { file: 'in.parquet', row: 0 }, score: null, labels: {}, columns: null, ...part }
}

export function reply(part: Partial<Reply> = {}): Reply {
  const usage = { promptTokens: 10, cachedPromptTokens: 0, completionTokens: 5 }
  return { text: 'An answer.', finishReason: 'stop', usage, reasoning: null, model: 'm', latencyMs: 1, endpoint: 'http://e', ...part }
}

const lineage = { id: 'o1', step: 'rewrite', variant: 'v', strategy: 'family', sample: 0, slots: {}, samplingSeed: null, source: 'A text.', chunk: null, judged: null }

export function ask(variant: string, part: Partial<Ask> = {}): Ask {
  const request = { shape: 'chat' as const, body: '{}', key: '00'.repeat(16) }
  return { variant, strategy: 'family', sample: 0, slots: {}, source: 'A text.', chunk: null, request, again: [], leave: null, samplingSeed: null, ...part }
}

export function promptRow(part: Partial<PromptRow> = {}): PromptRow {
  const request = { shape: 'chat' as const, body: '{}', key: '00'.repeat(16) }
  return { ...lineage, seed: seedRow(), request, again: [], leave: null, ...part }
}

export function generatedRow(part: Partial<GeneratedRow> = {}): GeneratedRow {
  const answer = part.reply ?? reply()
  return { ...lineage, seed: seedRow(), text: answer.text, reply: answer, judgeScore: null, tokenCount: null, ...part }
}
