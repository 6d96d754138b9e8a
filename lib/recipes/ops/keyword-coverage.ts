import { keywordCoverage as coverageOf } from '../../text/keywords.ts'
import { z } from '../../validate.ts'
import { operation, Unwanted } from '../operation.ts'

/** Drops outputs that hold less than `minKeywordCoverage` of the `keywords` most frequent keywords of their source. */
export const keywordCoverage = operation({
  name: 'keyword_coverage',
  params: z.strictObject({ minKeywordCoverage: z.number().min(0).max(1), keywords: z.number().int().positive() }),
  apply(draft, { minKeywordCoverage, keywords }, { source }) {
    const coverage = coverageOf(source, draft.text, keywords)
    if (coverage !== null && coverage < minKeywordCoverage) {
      throw new Unwanted('low_keyword_coverage', `${coverage.toFixed(2)} of the source's keywords, limit ${minKeywordCoverage}`)
    }
    return draft
  },
})
