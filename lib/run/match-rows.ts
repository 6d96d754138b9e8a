import type { PartRow } from '../io/read-part.ts'
import { seedMark, type RowMark } from '../io/row-marks.ts'

/** What one part and the ledger do not agree on. */
export interface Mismatch {
  /** In the ledger, not in the part. */
  readonly missing: readonly RowMark[]
  /** In the part, not in the ledger. */
  readonly extra: readonly PartRow[]
  /** In both under one id, with something else in it. */
  readonly changed: readonly PartRow[]
  /** Too much differs to say what: the comparison ended early. */
  readonly hopeless: boolean
}

/** Rows or marks that may wait for their other half. */
const mostWaiting = 200_000

/**
 * Hold the rows of a part against its marks, whatever their order: one that comes where it is expected costs nothing,
 * others wait for their other half. Rows without an id are known by their digest alone.
 * @param onRow told every row that the part has
 * @param byId false where rows have no ids
 */
export async function matchRows(
  rows: AsyncIterable<readonly PartRow[]>, marks: Iterator<RowMark>, onRow: (row: PartRow) => void, byId = true,
): Promise<Mismatch> {
  const waitingRows = new Waiting<PartRow>()
  const waitingMarks = new Waiting<RowMark>()
  let hopeless = false
  for await (const batch of rows) {
    for (const row of batch) {
      onRow(row)
      const next = marks.next()
      if (!next.done && waitingRows.size === 0 && waitingMarks.size === 0 && isMarkOf(next.value, row, byId)) continue
      if (!next.done && !waitingRows.take(keyOf(next.value, byId))) waitingMarks.put(keyOf(next.value, byId), next.value)
      const key = keyOf({ id: idInMark(row), digest: row.digest }, byId)
      if (!waitingMarks.take(key)) waitingRows.put(key, row)
      hopeless ||= waitingRows.size > mostWaiting || waitingMarks.size > mostWaiting
    }
    if (hopeless) break
  }
  if (!hopeless) {
    for (let next = marks.next(); !next.done; next = marks.next()) {
      if (!waitingRows.take(keyOf(next.value, byId))) waitingMarks.put(keyOf(next.value, byId), next.value)
      if ((hopeless = waitingMarks.size > mostWaiting)) break
    }
  }
  return { ...sorted(waitingMarks.all, waitingRows.all), hopeless }
}

function isMarkOf(mark: RowMark, row: PartRow, byId: boolean): boolean {
  return mark.digest === row.digest && (!byId || mark.id === idInMark(row))
}

function idInMark({ id, seedId }: PartRow): string {
  return id === seedId ? seedMark : id
}

function keyOf({ id, digest }: { readonly id: string; readonly digest: string }, byId: boolean): string {
  return byId ? `${id}${digest}` : digest
}

/** What is left on both sides under one id is one row that was changed. */
function sorted(marks: readonly RowMark[], rows: readonly PartRow[]): Omit<Mismatch, 'hopeless'> {
  const byId = new Map(marks.filter(({ id }) => id !== seedMark).map((mark) => [mark.id, mark]))
  const changed = rows.filter((row) => byId.delete(row.id))
  const isChanged = new Set(changed)
  const missing = marks.filter((mark) => mark.id === seedMark || byId.has(mark.id))
  return { missing, changed, extra: rows.filter((row) => !isChanged.has(row)) }
}

/** Items by a key that several may share. */
class Waiting<Item> {
  readonly #items = new Map<string, Item[]>()
  size = 0

  get all(): Item[] {
    return [...this.#items.values()].flat()
  }

  put(key: string, item: Item): void {
    const same = this.#items.get(key)
    if (same) same.push(item)
    else this.#items.set(key, [item])
    this.size++
  }

  /** @returns whether there was one */
  take(key: string): boolean {
    const same = this.#items.get(key)
    if (!same) return false
    same.pop()
    if (same.length === 0) this.#items.delete(key)
    this.size--
    return true
  }
}
