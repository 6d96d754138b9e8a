import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputNotFoundError } from '../errors.ts'
import type { LayoutName } from '../io/layout-names.ts'
import { layouts } from '../io/layouts.ts'
import { readLedger, type LedgerReading } from './ledger.ts'
import { filesIn, partsAmong, readConfig, runIn } from './output-folder.ts'
import { describeOwner, holderOf } from './run-lock.ts'
import type { Summary } from './summary.ts'
import { askedOn, total, verifyBooks, verifyIdentity } from './verify-books.ts'
import { verifyParts } from './verify-parts.ts'
import { Violations, type Violation } from './violations.ts'

export interface VerifyOptions {
  /** Where the run's state is; null: where the run left it. */
  readonly stateDir: string | null
  /** Violations to name; the others are counted. */
  readonly most: number
  /** Told before each part, and once they are all read. */
  readonly onPart: (done: number, all: number) => void
}

/** What a folder proves. The shape of `verify.js --json`: keys are added, never renamed. */
export interface Verdict {
  readonly status: 'proven' | 'broken' | 'unfinished'
  readonly run: string | null
  /** What to do about an unfinished run; null otherwise. */
  readonly advice: string | null
  /** What was counted, in the parts and in the ledger; null for an unfinished run. */
  readonly proof: Proof | null
  readonly violations: readonly Violation[]
  /** Those that are not named too. */
  readonly violations_total: number
}

export interface Proof {
  readonly parts: number
  readonly rejected_parts: number
  readonly seeds: { readonly received: number; readonly kept: number; readonly dropped: number; readonly failed: number }
  /** planned = written + dropped + failed + asked_on */
  readonly requests: {
    readonly planned: number
    readonly written: number
    readonly dropped: number
    readonly failed: number
    readonly asked_on: number
  }
  readonly ids: number
  readonly tokens_kept: number
}

/**
 * Re-read an output folder, and prove from its parts, its ledger and its summary that nothing was lost, doubled or
 * changed (DESIGN section 6). Three books that were kept apart must say the same: the stages' counts (summary.json), the
 * sink's notes (the ledger) and the files.
 * @throws InputNotFoundError when `folder` is not a run's, InputUnreadableError when the ledger cannot be read
 */
export async function verify(folder: string, { stateDir, most, onPart }: VerifyOptions): Promise<Verdict> {
  const config = await readConfig(folder)
  if (config === null) throw new InputNotFoundError(`${folder} is no output folder of ours: it has no _run/config.yaml`)
  const named = await runIn(folder)
  const holder = holderOf(join(folder, '_run'))
  if (holder) return unfinished(folder, named?.id ?? null, `${describeOwner(holder)} is at work there`)
  if (named === null) return unfinished(folder, null)
  const state = stateDir ?? named.state
  const ledger = readLedger(state, named.id)
  try {
    const violations = new Violations(most)
    if (!ledger?.run) {
      violations.add(null, null, `the ledger of run ${named.id} is not in ${state}: say with --state-dir where its state was moved`)
      return conclude(named.id, null, violations)
    }
    if (ledger.run.summary === null) return await unfinished(folder, named.id)
    const proof = await prove(folder, ledger, ledger.run.summary, config, violations, onPart)
    return conclude(named.id, proof, violations)
  } finally {
    await ledger?.close()
  }
}

async function prove(
  folder: string, ledger: LedgerReading, sealed: Summary, config: Readonly<Record<string, unknown>>, violations: Violations, onPart: VerifyOptions['onPart'],
): Promise<Proof> {
  const all = ledger.parts.length
  const found = await verifyParts(folder, layouts[(config['layout'] ?? 'standard') as LayoutName], ledger, violations, (done) => onPart(done, all))
  onPart(all, all)
  const identity = verifyIdentity(ledger, config['dedupe'] === 'none', violations)
  const summary = await readSummary(folder)
  if (summary === null) violations.add(null, null, '_run/summary.json is missing or no JSON')
  verifyBooks(summary ?? sealed, sealed, found, identity, violations)
  const dropped = total(found.outputs.dropped)
  const failed = total(found.outputs.failed)
  return {
    parts: found.parts,
    rejected_parts: found.rejectedParts,
    seeds: {
      received: identity.asked + identity.left, kept: identity.asked,
      dropped: total(found.seeds.dropped), failed: total(found.seeds.failed),
    },
    requests: { planned: sealed.requests.planned, written: found.written, dropped, failed, asked_on: askedOn(sealed) },
    ids: identity.ids,
    tokens_kept: found.tokens,
  }
}

async function readSummary(folder: string): Promise<Summary | null> {
  try {
    return JSON.parse(await readFile(join(folder, '_run', 'summary.json'), 'utf8')) as Summary
  } catch {
    return null
  }
}

function conclude(run: string, proof: Proof | null, violations: Violations): Verdict {
  const status = violations.total === 0 ? 'proven' : 'broken'
  return { status, run, advice: null, proof, violations: violations.named, violations_total: violations.total }
}

async function unfinished(folder: string, run: string | null, why?: string): Promise<Verdict> {
  const parts = partsAmong(await filesIn(folder)).length
  const advice = `${parts} parts so far, ${why ?? 'run the same command to go on'}`
  return { status: 'unfinished', run, advice, proof: null, violations: [], violations_total: 0 }
}
