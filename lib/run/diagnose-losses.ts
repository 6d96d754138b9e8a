import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { InputUnreadableError } from '../errors.ts'
import { differencesOf, firstAnomalyPosition } from './first-anomaly.ts'

/** What two models make of one text: the loss of each of its tokens, in nats, as many of each. */
interface LossRow {
  readonly id: string
  readonly real: readonly number[]
  readonly synthetic: readonly number[]
}

export interface LossDiagnosis {
  readonly id: string
  readonly tokens: number
  /** 0 to 1; -1 for none. */
  readonly position: number
}

/** Losses are means a token. */
export interface LossSummary {
  readonly rows: number
  readonly anomalies: number
  /** Over those with an anomaly; null where there is none. */
  readonly meanPosition: number | null
  readonly realLoss: number
  readonly syntheticLoss: number
  /** |mean| + k * deviation, in nats. */
  readonly bar: number
}

/**
 * MAGA's diagnostic over losses in a file: JSONL with `real_loss` and `synthetic_loss`, arrays of numbers, and perhaps `id`
 * (default: the number of the line). Mean and deviation are taken over all rows, so that a text of which much is
 * wrong stands out from the others. Reads the file twice and holds one row.
 * @throws InputUnreadableError naming the line
 */
export async function diagnoseLosses(file: string, k: number, onRow: (row: LossDiagnosis) => void): Promise<LossSummary> {
  let [n, sum, squares, real, synthetic] = [0, 0, 0, 0, 0]
  for await (const row of lossRows(file)) {
    n += row.real.length
    for (const loss of row.real) real += loss
    for (const loss of row.synthetic) synthetic += loss
    for (const difference of differencesOf(row.synthetic, row.real)) {
      sum += difference
      squares += difference ** 2
    }
  }
  const mean = n === 0 ? 0 : sum / n
  const baseline = { mean, deviation: n === 0 ? 0 : Math.sqrt(Math.max(0, squares / n - mean ** 2)) }
  let rows = 0
  const positions: number[] = []
  for await (const row of lossRows(file)) {
    const position = firstAnomalyPosition(row.synthetic, row.real, { k, baseline })
    rows++
    if (position >= 0) positions.push(position)
    onRow({ id: row.id, tokens: row.real.length, position })
  }
  return {
    rows,
    anomalies: positions.length,
    meanPosition: positions.length === 0 ? null : positions.reduce((a, b) => a + b, 0) / positions.length,
    realLoss: real / Math.max(1, n),
    syntheticLoss: synthetic / Math.max(1, n),
    bar: Math.abs(mean) + k * baseline.deviation,
  }
}

async function* lossRows(file: string): AsyncGenerator<LossRow> {
  const input = createReadStream(file, { encoding: 'utf8' })
  let number = 0
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      number++
      if (line.trim() !== '') yield lossRow(line, `${file}, line ${number}`, String(number))
    }
  } catch (error) {
    if (error instanceof InputUnreadableError) throw error
    throw new InputUnreadableError(`${file} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

function lossRow(line: string, place: string, number: string): LossRow {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw new InputUnreadableError(`${place}: no JSON: ${(error as Error).message}`, { cause: error })
  }
  const { id, real_loss: real, synthetic_loss: synthetic } = (value ?? {}) as Record<string, unknown>
  for (const [name, losses] of Object.entries({ real_loss: real, synthetic_loss: synthetic })) {
    if (!Array.isArray(losses) || !losses.every((loss) => typeof loss === 'number')) {
      throw new InputUnreadableError(`${place}: ${name}: expected an array of numbers, the loss of each token`)
    }
  }
  const row = { id: id === undefined || id === null ? number : String(id), real: real as number[], synthetic: synthetic as number[] }
  if (row.real.length !== row.synthetic.length) {
    throw new InputUnreadableError(`${place}: ${row.real.length} values in real_loss and ${row.synthetic.length} in synthetic_loss: expected as many, of the same tokens`)
  }
  return row
}
