import { ConfigInvalidError } from '../errors.ts'
import { diagnoseLosses } from '../run/diagnose-losses.ts'
import { plural, whole } from './format.ts'

/**
 * What `--diagnose-losses` says of a file: a line of JSON for each row.
 * @param k as given; null for 3
 * @returns the last line, for people
 * @throws ConfigInvalidError, InputUnreadableError
 */
export async function tellLosses(file: string, k: string | null, say: (line: string) => void): Promise<string> {
  const factor = Number(k ?? 3)
  if (!(factor >= 0) || k?.trim() === '') throw new ConfigInvalidError([`--anomaly-k: expected a number from 0, got ${k}`])
  const told = await diagnoseLosses(file, factor, ({ id, tokens, position }) => say(JSON.stringify({ id, tokens, first_anomaly_position: position })))
  const where = told.meanPosition === null ? '' : `, on average at ${told.meanPosition.toFixed(2)}`
  return `${whole(told.anomalies)} of ${plural(told.rows, 'row')} come apart${where}; mean loss ${told.realLoss.toFixed(2)} real, ` +
    `${told.syntheticLoss.toFixed(2)} synthetic; an anomaly is above ${told.bar.toFixed(2)}`
}
