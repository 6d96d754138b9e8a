import type { Stage } from '../flow/stage.ts'
import type { GeneratedRow, Reply, Usage } from '../rows.ts'

export interface JoinOptions {
  readonly name: string
  /** How the outputs of a variant's chunks become one; null where they stay apart. */
  readonly joinOf: (variant: string) => { readonly separator: string; readonly partial: 'drop' | 'keep' } | null
}

/** The outputs of a document's chunks, in one batch since the prompts were made, become one output in the order of the chunks. */
export function join({ name, joinOf }: JoinOptions): Stage<GeneratedRow, GeneratedRow> {
  const origins = new WeakMap<GeneratedRow, readonly GeneratedRow[]>()
  return {
    name,
    originsOf: (row) => origins.get(row)!,
    process(rows, ctx) {
      const groups = new Map<string, GeneratedRow[]>()
      const made: GeneratedRow[] = []
      for (const row of rows) {
        if (row.chunk === null || joinOf(row.variant) === null) {
          const alone = { ...row }
          origins.set(alone, [row])
          made.push(alone)
          continue
        }
        const group = groups.get(row.chunk.whole)
        if (group) group.push(row)
        else groups.set(row.chunk.whole, [row])
      }
      for (const group of groups.values()) {
        const { separator, partial } = joinOf(group[0]!.variant)!
        const { count } = group[0]!.chunk!
        const present = new Set(group.map(({ chunk }) => chunk!.index)).size
        if (present < count && partial === 'drop') {
          for (const row of group) ctx.drop(row, 'incomplete_document', `${present} of ${count} chunks`)
          continue
        }
        const whole = joined(group.toSorted((a, b) => a.chunk!.index - b.chunk!.index), separator)
        origins.set(whole, group)
        made.push(whole)
      }
      return made
    },
  }
}

function joined(rows: readonly GeneratedRow[], separator: string): GeneratedRow {
  const [first] = rows as [GeneratedRow]
  const replies = rows.map(({ reply }) => reply)
  const counts = rows.map(({ tokenCount }) => tokenCount)
  const { whole, of, outer } = first.chunk!
  return {
    ...first,
    id: whole,
    source: of,
    chunk: outer,
    text: rows.map(({ text }) => text).join(separator),
    reply: joinedReply(replies),
    // Separators are tokens too, so only a document in one piece keeps its count.
    tokenCount: rows.length === 1 ? counts[0]! : null,
  }
}

/** As one reply would be: tokens and times add up, and one that was cut off makes the whole one that is cut off. */
function joinedReply(replies: readonly Reply[]): Reply {
  const asked = replies.find(({ finishReason }) => finishReason !== 'unasked') ?? replies[0]!
  const cut = replies.find(({ finishReason }) => finishReason === 'length')
  const usages = replies.flatMap(({ usage }) => usage ?? [])
  const sum = (of: (usage: Usage) => number): number => usages.reduce((total, usage) => total + of(usage), 0)
  return {
    ...(cut ?? asked),
    text: '',
    usage: usages.length === 0 ? null : {
      promptTokens: sum((usage) => usage.promptTokens),
      cachedPromptTokens: sum((usage) => usage.cachedPromptTokens),
      completionTokens: sum((usage) => usage.completionTokens),
    },
    latencyMs: replies.reduce((total, { latencyMs }) => total + latencyMs, 0),
  }
}
