/** Why a text is not wanted. Rules answer null for a text that passes. */
export interface Verdict {
  /** Stable snake_case id, counted in the summary. */
  readonly reason: string
  /** The measured value and its limit, for the person who reads the rejects. */
  readonly detail: string
}

/** `mean word length 11.2, limit 10`: at most four digits after the point, as many as the value needs. */
export function measured(reason: string, what: string, value: number, limit: number): Verdict {
  return { reason, detail: `${what} ${Number(value.toFixed(4))}, limit ${limit}` }
}
