import { ParseFailedError } from '../errors.ts'
import type { Stage } from '../flow/stage.ts'
import type { GeneratedRow } from '../rows.ts'

export interface ParseOptions {
  readonly name: string
  /** The text that counts in a reply. Throws ParseFailedError where the reply has not the form that was asked for. */
  readonly parse: (text: string) => string
}

/**
 * Take the output out of the reply. The server's token count stands for as long as nothing but white space was cut,
 * no reasoning is counted in it and it is of this reply alone; otherwise the count is left open for whoever needs it.
 */
export function parse(options: ParseOptions): Stage<GeneratedRow, GeneratedRow> {
  return {
    name: options.name,
    process: (rows, ctx) =>
      rows.flatMap((row) => {
        try {
          const text = options.parse(row.text)
          const { reasoning, usage } = row.reply
          const counted = reasoning === null && !usage?.shared && text === row.text.trim()
          return [{ ...row, text, tokenCount: counted ? (usage?.completionTokens ?? null) : null }]
        } catch (error) {
          if (!(error instanceof ParseFailedError)) throw error
          ctx.fail(row, error)
          return []
        }
      }),
  }
}
