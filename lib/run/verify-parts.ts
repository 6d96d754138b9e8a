import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { InputUnreadableError } from '../errors.ts'
import type { Layout } from '../io/layouts.ts'
import { PartReader, type PartRow } from '../io/read-part.ts'
import { seedMark, type RowMark } from '../io/row-marks.ts'
import type { LedgerPart, LedgerReading } from './ledger.ts'
import { matchRows, type Mismatch } from './match-rows.ts'
import { filesIn } from './output-folder.ts'
import type { Counts } from './summary.ts'
import type { Violations } from './violations.ts'

/** What the parts were found to hold. */
export interface Found {
  parts: number
  rejectedParts: number
  written: number
  tokens: number
  rejected: number
  /** Rejected seeds, rejected requests, and both by stage. */
  readonly seeds: Left
  readonly outputs: Left
  readonly stages: Map<string, Left>
}

/** Counts by reason, and by code. */
export interface Left {
  readonly dropped: Counts
  readonly failed: Counts
}

/** A row that the ledger has not in its part. */
interface Stray {
  readonly part: string
  readonly row: PartRow
}

const rejectedFolder = '_rejected'
const success = '_SUCCESS'
/** Stray rows that are looked up in the whole ledger. */
const mostStrays = 1000

/** Read every part and hold it against the ledger, row by row. One part is open at a time, and a block of it in memory. */
export async function verifyParts(
  folder: string, layout: Layout, ledger: LedgerReading, violations: Violations, onPart: (done: number) => void,
): Promise<Found> {
  const found: Found = {
    parts: 0, rejectedParts: 0, written: 0, tokens: 0, rejected: 0, seeds: newLeft(), outputs: newLeft(), stages: new Map(),
  }
  const names = await namesIn(folder)
  if (!names.delete(success)) violations.add(null, null, `${success} is missing, so readers that look for it take nothing`)
  const schemas = new Map<boolean, { readonly part: string; readonly schema: string }>()
  const strays: Stray[] = []
  const reader = new PartReader(layout.keys)
  try {
    for (const [done, part] of ledger.parts.entries()) {
      onPart(done)
      if (!names.delete(part.name)) {
        violations.add(part.name, null, `is missing, with its ${part.rows} rows${firstOf(part, ledger)}`)
        continue
      }
      const rejected = part.name.startsWith(`${rejectedFolder}/`)
      found[rejected ? 'rejectedParts' : 'parts']++
      try {
        const { schema, rows } = await reader.open(join(folder, part.name), rejected)
        const first = schemas.get(rejected) ?? { part: part.name, schema }
        schemas.set(rejected, first)
        if (schema !== first.schema) violations.add(part.name, null, `has other columns than ${first.part}: ${schema}`)
        const mismatch = await matchRows(rows, ledger.marks(part), (row) => count(found, row), rejected || layout.keys.id !== null)
        // Where the files have no counts, the ledger's is all there is.
        if (!rejected && layout.keys.tokenCount === null) found.tokens += part.tokens
        blame(part, mismatch, violations)
        const named = mismatch.extra.slice(0, mostStrays - strays.length)
        strays.push(...named.map((row) => ({ part: part.name, row })))
        violations.more(mismatch.extra.length - named.length)
      } catch (error) {
        if (!(error instanceof InputUnreadableError)) throw error
        violations.add(part.name, null, error.message)
      }
    }
  } finally {
    await reader.close()
  }
  blameStrays(strays, ledger, violations)
  for (const name of names) violations.add(name, null, 'is not the run\'s, but whoever reads the folder reads it too')
  return found
}

/** What readers of the folder see: nothing that begins with a dot or an underscore, but for rejects and the marker. */
async function namesIn(folder: string): Promise<Set<string>> {
  const visible = (name: string): boolean => !/(^|\/)[._]/.test(name)
  const names = await filesIn(folder)
  const rejected = await readdir(join(folder, rejectedFolder)).catch(() => [])
  return new Set([
    ...names.filter((name) => visible(name) || name === success),
    ...rejected.filter(visible).map((name) => `${rejectedFolder}/${name}`),
  ])
}

function count(found: Found, { id, seedId, tokens, rejected }: PartRow): void {
  if (!rejected) {
    found.written++
    found.tokens += tokens
    return
  }
  found.rejected++
  const { stage, reason } = rejected
  const status = rejected.status === 'failed' ? 'failed' : 'dropped'
  let byStage = found.stages.get(stage)
  if (!byStage) found.stages.set(stage, (byStage = newLeft()))
  for (const left of [id === seedId ? found.seeds : found.outputs, byStage]) left[status][reason] = (left[status][reason] ?? 0) + 1
}

function newLeft(): Left {
  return { dropped: {}, failed: {} }
}

function blame(part: LedgerPart, { missing, changed, hopeless }: Mismatch, violations: Violations): void {
  for (const mark of missing) violations.add(part.name, rowOf(mark, part), 'is in the ledger and not in the part')
  for (const { id } of changed) violations.add(part.name, id, 'is not what was written: its text, or another column, was changed')
  if (hopeless) violations.add(part.name, null, 'differs too much from the ledger to name every row')
}

/** Say of each stray row where it belongs: one reading of the ledger for all of them. */
function blameStrays(strays: readonly Stray[], ledger: LedgerReading, violations: Violations): void {
  if (strays.length === 0) return
  const homes = new Map<string, string[]>()
  const wanted = new Set(strays.map(({ row }) => row.id))
  for (const part of ledger.parts) {
    for (const { id } of ledger.marks(part)) if (wanted.has(id)) homes.set(id, [...(homes.get(id) ?? []), part.name])
  }
  for (const { part, row } of strays) {
    const home = homes.get(row.id) ?? []
    if (home.includes(part)) violations.add(part, row.id || null, 'is in the part more often than in the ledger')
    else if (home.length > 0) violations.add(part, row.id, `belongs in ${home.join(', ')}`)
    else violations.add(part, row.id || null, row.id ? 'is in the part and not in the ledger' : 'holds a row that is not in the ledger, or was changed')
  }
}

function firstOf(part: LedgerPart, ledger: LedgerReading): string {
  const first = ledger.marks(part).next()
  return first.done ? '' : `, the first of them ${rowOf(first.value, part)}`
}

/** What to call a row that is only in the ledger. */
export function rowOf({ id, file, row }: RowMark, { files }: LedgerPart): string {
  return id === seedMark ? `seed ${files[file]} row ${row}` : id
}
