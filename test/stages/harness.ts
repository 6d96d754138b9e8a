import type { Stage, StageContext } from '../../dist/flow/stage.js'
import type { GeneratedRow, SeedRow } from '../../dist/rows.js'

export interface Outcome<Row> {
  readonly kept: readonly Row[]
  /** id, reason, detail of each dropped row. */
  readonly dropped: readonly (readonly [id: string, reason: string, detail: string])[]
}

/** One batch through a stage; its rows are frozen, so a stage that changes one throws. */
export async function through<In extends { readonly id: string }, Out>(
  stage: Stage<In, Out>, rows: readonly In[],
): Promise<Outcome<Out>> {
  const dropped: [string, string, string][] = []
  const ctx: StageContext = {
    signal: new AbortController().signal,
    drop: (row, reason, detail = '') => dropped.push([(row as In).id, reason, detail]),
    fail: (_row, error) => { throw error },
  }
  for (const row of rows) Object.freeze(row)
  return { kept: await stage.process(Object.freeze([...rows]), ctx), dropped }
}

export function seed(id: string, text: string, rest: Partial<SeedRow> = {}): SeedRow {
  return { id, text, locator: { file: 'a.parquet', row: 0 }, score: null, labels: {}, columns: null, ...rest }
}

export function generated(
  id: string, text: string, rest: Partial<GeneratedRow> = {}, finishReason = 'stop',
): GeneratedRow {
  const usage = { promptTokens: 1, cachedPromptTokens: 0, completionTokens: 9 }
  const reply = { text, finishReason, usage, reasoning: null, model: 'm', latencyMs: 1, endpoint: 'http://localhost' }
  const lineage = { seed: seed(`seed of ${id}`, 'text'), step: 's', variant: 'v', strategy: 'f', sample: 0, slots: {}, source: 'text', chunk: null, judged: null, judgeScore: null }
  return { id, ...lineage, text, reply, samplingSeed: null, tokenCount: 9, ...rest }
}

export function ids(rows: readonly { readonly id: string }[]): string[] {
  return rows.map((row) => row.id)
}
