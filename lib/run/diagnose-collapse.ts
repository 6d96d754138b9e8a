import type { TokenLosses } from '../endpoint/token-losses.ts'
import type { Sink } from '../io/sink.ts'
import { baselineOf, differencesOf, firstAnomalyPosition } from './first-anomaly.ts'

/** What is kept of an output until the run has ended. */
export interface Written {
  readonly id: string
  readonly source: string
  readonly text: string
}

/** As it stands in the summary. Losses are means a token, in nats. */
export interface Collapse {
  sampled: number
  /** Of both texts of which the losses came back. */
  compared: number
  anomalies: number
  anomaly_share: number
  /** Over those with an anomaly, 0 to 1; null where there is none. */
  mean_position: number | null
  source_loss: number | null
  written_loss: number | null
  k: number
}

type Ends = Pick<Sink, 'write' | 'finish' | 'abort'>

/** The `size` outputs with the least ids. Ids are hashes, so this is a random sample, and the same one in every run. */
export class OutputSample {
  readonly #size: number
  #rows: Written[] = []

  constructor(size: number) {
    this.#size = size
  }

  add(rows: readonly Written[]): void {
    this.#rows.push(...rows.map(({ id, source, text }) => ({ id, source, text })))
    if (this.#rows.length > 2 * this.#size) this.#rows = this.rows()
  }

  /** `sink`, with a look at what is written. */
  before(sink: Ends): Ends {
    return {
      write: (batch) => {
        this.add(batch.rows)
        return sink.write(batch)
      },
      finish: () => sink.finish(),
      abort: () => sink.abort(),
    }
  }

  rows(): Written[] {
    return this.#rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, this.#size)
  }
}

/** Most points at which two texts are compared: a step of 1 %, over which the losses of single tokens even out. */
const POINTS = 100
const AT_ONCE = 8
const K = 3

/**
 * Where does what was written come apart from what it was made of, by the loss that the model gives to both? Texts differ
 * in length and tokens, so they are compared at the same share of their way (at most 100 points), and mean and deviation are taken
 * over all of the sample. MAGA compares two models on one text (first-anomaly.ts); with one model this is a proxy,
 * to be looked at beside others and never to be filtered by.
 * @param problem is told why losses are missing, once
 */
export async function diagnoseCollapse(
  rows: readonly Written[], losses: Pick<TokenLosses, 'of'>, signal: AbortSignal, problem: (text: string) => void,
): Promise<Collapse> {
  const pairs = await lossesOf(rows, losses, signal, problem)
  const curves = pairs.map(({ source, written }) => {
    const points = Math.min(POINTS, source.length, written.length)
    return { source: resampled(source, points), written: resampled(written, points) }
  })
  const baseline = baselineOf(curves.map(({ source, written }) => differencesOf(written, source)))
  const positions = curves.map(({ source, written }) => firstAnomalyPosition(written, source, { k: K, baseline })).filter((at) => at >= 0)
  return {
    sampled: rows.length,
    compared: pairs.length,
    anomalies: positions.length,
    anomaly_share: pairs.length === 0 ? 0 : round(positions.length / pairs.length),
    mean_position: mean(positions),
    source_loss: mean(pairs.flatMap(({ source }) => mean(source) ?? [])),
    written_loss: mean(pairs.flatMap(({ written }) => mean(written) ?? [])),
    k: K,
  }
}

interface Losses {
  readonly source: readonly number[]
  readonly written: readonly number[]
}

async function lossesOf(rows: readonly Written[], losses: Pick<TokenLosses, 'of'>, signal: AbortSignal, problem: (text: string) => void): Promise<Losses[]> {
  const found: (Losses | undefined)[] = rows.map(() => undefined)
  let told = false
  let next = 0
  const work = async (): Promise<void> => {
    for (let i = next++; i < rows.length; i = next++) {
      const { source: from, text } = rows[i]!
      const [source, written] = [await losses.of(from, signal), await losses.of(text, signal)]
      const missing = 'problem' in source ? source : 'problem' in written ? written : null
      if (missing === null) found[i] = { source: source as readonly number[], written: written as readonly number[] }
      else if (!told) {
        told = true
        problem(missing.problem)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return found.filter((each) => each !== undefined)
}

/** The means of `points` stretches of equal length, to a value: at most as many as there are values. */
export function resampled(values: readonly number[], points: number): number[] {
  return Array.from({ length: points }, (_, i) => {
    const from = Math.floor((i * values.length) / points)
    const stretch = values.slice(from, Math.floor(((i + 1) * values.length) / points))
    return stretch.reduce((sum, value) => sum + value, 0) / stretch.length
  })
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : round(values.reduce((sum, value) => sum + value, 0) / values.length)
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
