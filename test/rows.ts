import type { GeneratedRow, PromptRow, Reply, SeedRow } from '../dist/rows.js'

/** Rows for tests: complete, with only what matters given. */
export function seedRow(part: Partial<SeedRow> = {}): SeedRow {
  return { id: 's1', text: 'A text.', locator: { file: 'in.parquet', row: 0 }, score: null, labels: {}, columns: null, ...part }
}

export function reply(part: Partial<Reply> = {}): Reply {
  const usage = { promptTokens: 10, cachedPromptTokens: 0, completionTokens: 5 }
  return { text: 'An answer.', finishReason: 'stop', usage, reasoning: null, model: 'm', latencyMs: 1, endpoint: 'http://e', ...part }
}

const lineage = { id: 'o1', step: 'rewrite', variant: 'v', strategy: 'family', sample: 0, slots: {}, samplingSeed: null }

export function promptRow(part: Partial<PromptRow> = {}): PromptRow {
  const request = { shape: 'chat' as const, body: '{}', key: '00'.repeat(16) }
  return { ...lineage, seed: seedRow(), request, ...part }
}

export function generatedRow(part: Partial<GeneratedRow> = {}): GeneratedRow {
  const answer = part.reply ?? reply()
  return { ...lineage, seed: seedRow(), text: answer.text, reply: answer, tokenCount: null, ...part }
}
