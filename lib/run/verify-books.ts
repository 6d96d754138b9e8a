import { seedMark } from '../io/row-marks.ts'
import type { LedgerReading } from './ledger.ts'
import { nameOf, repeatedKeys, type Key } from './repeated-keys.ts'
import { SeenSeeds } from './seen-seeds.ts'
import { imbalances, type Counts, type Summary } from './summary.ts'
import { rowOf, type Found } from './verify-parts.ts'
import type { Violations } from './violations.ts'

/** What the ledger says of seeds and ids, counted row by row. */
export interface Identity {
  /** Seeds that something was asked about, and seeds that left before. */
  readonly asked: number
  readonly left: number
  /** Requests that were written, dropped or failed. */
  readonly ids: number
}

/**
 * Prove from the ledger that no id, and no seed, came to two ends. Takes two bits a seed and two bytes an id.
 * @param mayRepeat the input may hold one document, id and all, several times: its outputs then have the same ids
 */
export function verifyIdentity(ledger: LedgerReading, mayRepeat: boolean, violations: Violations): Identity {
  const asked = new SeenSeeds()
  const left = new SeenSeeds()
  let ids = 0
  for (const part of ledger.parts) {
    for (const mark of ledger.marks(part)) {
      const isSeed = mark.id === seedMark
      if (!isSeed) ids++
      const isNew = (isSeed ? left : asked).add(mark.file, mark.row)
      if (isSeed && !isNew) violations.add(part.name, rowOf(mark, part), 'was rejected twice')
      if ((isSeed ? asked : left).has(mark.file, mark.row)) {
        violations.add(part.name, `seed ${part.files[mark.file]} row ${mark.row}`, 'was rejected, and asked about too')
      }
    }
  }
  blameRepeated(ledger, ids, mayRepeat, violations)
  return { asked: asked.count, left: left.count, ids }
}

function blameRepeated(ledger: LedgerReading, ids: number, mayRepeat: boolean, violations: Violations): void {
  function* requests(): Generator<{ key: Key; part: string; id: string }> {
    for (const part of ledger.parts) {
      for (const { id, file, row } of ledger.marks(part)) {
        if (id !== seedMark) yield { key: keyOf(id, mayRepeat ? file : 0, mayRepeat ? row : 0), part: part.name, id }
      }
    }
  }
  function* keys(): Generator<Key> {
    for (const { key } of requests()) yield key
  }
  const repeated = repeatedKeys(ids, keys)
  if (repeated.size === 0) return
  for (const { key, part, id } of requests()) {
    const times = repeated.get(nameOf(key))
    if (times !== undefined) violations.add(part, id, `came to ${times} ends`)
  }
}

/** The id's words; where ids may repeat, mixed with the seed's place. */
function keyOf(id: string, file: number, row: number): Key {
  const word = (at: number): number => Number.parseInt(id.slice(at, at + 8), 16)
  const low = Math.imul(row, 0x9e3779b1)
  const high = Math.imul(Math.floor(row / 2 ** 32) ^ Math.imul(file, 0x85ebca6b), 0xc2b2ae35)
  return [(word(0) ^ low) >>> 0, (word(8) ^ high) >>> 0, word(16), word(24)]
}

/** Hold the summary against what the run sealed, what the ledger holds, and what is in the parts. */
export function verifyBooks(summary: Summary, sealed: Summary, found: Found, identity: Identity, violations: Violations): void {
  const wrong = (what: string): void => violations.add(null, null, what)
  const stated = flat(summary)
  const known = flat(sealed)
  for (const key of new Set([...known.keys(), ...stated.keys()])) {
    const [says, was] = [stated.get(key), known.get(key)]
    if (says !== was) wrong(`summary.json says ${key} = ${says ?? 'nothing'}, the run ended with ${was ?? 'nothing'}`)
  }
  const equal = (key: string, has: number, where: string): void => {
    const says = stated.get(key) ?? 0
    if (says !== has) wrong(`summary.json says ${key} = ${says}, ${where} ${has}`)
  }
  const counts = (key: string, said: Counts, has: Counts): void => {
    for (const reason of new Set([...Object.keys(said), ...Object.keys(has)])) equal(`${key}.${reason}`, has[reason] ?? 0, '_rejected has')
  }
  equal('seeds.received', identity.asked + identity.left, 'the ledger knows')
  equal('seeds.kept', identity.asked, 'the ledger has outputs or rejects of')
  equal('outputs.parts', found.parts, 'the folder has')
  equal('outputs.written', found.written, 'the parts have')
  equal('tokens.kept', found.tokens, 'the parts have')
  for (const status of ['dropped', 'failed'] as const) {
    counts(`seeds.${status}`, summary.seeds[status], found.seeds[status])
    counts(`outputs.${status}`, summary.outputs[status], found.outputs[status])
    for (const [i, stage] of summary.stages.entries()) {
      counts(`stages.${i}.${status}`, stage[status], found.stages.get(stage.name)?.[status] ?? {})
    }
  }
  const ends = found.written + total(found.outputs.dropped) + total(found.outputs.failed)
  equal('requests.planned', ends + askedOn(summary), 'written, dropped, failed and asked on are')
  if (identity.ids !== ends) wrong(`the ledger has ${identity.ids} requests, the parts ${ends}`)
  for (const problem of imbalances(summary, found.rejected)) wrong(`summary.json does not balance: ${problem}`)
}

/**
 * Prompts that came to no end of their own: a later step asked about their outputs, or these were joined to one. Less the
 * outputs that a reply held beyond its first, which end without a prompt of theirs.
 */
export function askedOn({ stages }: Summary): number {
  const first = stages.findIndex(({ name }) => name.startsWith('expand'))
  const later = stages.slice(first + 1)
  return later.reduce((sum, { name, kept, emitted }) => sum + (name.startsWith('expand') ? kept : kept - emitted), 0)
}

export function total(counts: Counts): number {
  return Object.values(counts).reduce((a, b) => a + b, 0)
}

/** Every number, text or truth in a JSON value, by its path. */
function flat(value: unknown, path = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]])
  const below = Object.entries(value).flatMap(([key, inner]) => [...flat(inner, path ? `${path}.${key}` : key)])
  return new Map(below)
}
