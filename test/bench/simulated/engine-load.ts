import { Engine, type EngineSettings } from '../../../bench/simulated/engine.js'
import type { Sequence } from '../../../bench/simulated/sequence.js'

/** Round costs, so that expectations can be read off. */
export const settings: EngineSettings = {
  maxNumSeqs: 64, maxNumBatchedTokens: 8192, kvTokens: 1_000_000, prefixCache: false,
  baseMs: 10, perSeqMs: 0.1, perKvTokenMs: 0, prefillTokensPerS: 100_000,
}

export interface ClosedLoop {
  readonly engine: Engine
  readonly done: readonly Sequence[]
  /** Tokens generated a simulated second, between the two moments. */
  readonly tokensPerS: number
}

/** `clients` that each ask again as soon as they are answered, watched from `from` to `to`. */
export function closedLoop(
  given: Partial<EngineSettings>, clients: number, work: (i: number) => { promptTokens: number, outputTokens: number },
  { from = 0, to = 600 } = {},
): ClosedLoop {
  const engine = new Engine({ ...settings, ...given })
  const done: Sequence[] = []
  let next = 0
  const ask = () => void engine.add({ ...work(next++), hashes: [], onDone: (sequence) => { done.push(sequence); ask() } })
  for (let i = 0; i < clients; i++) ask()
  engine.advance(from)
  const before = engine.counters.generatedTokens
  engine.advance(to)
  return { engine, done, tokensPerS: (engine.counters.generatedTokens - before) / (to - from) }
}
