import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientOptions } from '../endpoint/client.ts'
import { isEndpointFile, openEndpointList } from '../endpoint/endpoint-list.ts'
import { startOffline } from '../endpoint/offline/start.ts'
import { openPool, type EndpointPool } from '../endpoint/pool.ts'
import { openTokenLosses } from '../endpoint/token-losses.ts'
import { ConfigInvalidError } from '../errors.ts'
import { openIpcSink } from '../io/ipc-sink.ts'
import { layouts } from '../io/layouts.ts'
import type { RunConstants } from '../io/output-columns.ts'
import { openFolderSink, type Sink } from '../io/sink.ts'
import { openSource, type Source } from '../io/source.ts'
import type { ReplyStore } from '../stages/infer.ts'
import { toYaml } from '../yaml.ts'
import { buildChain } from './chain.ts'
import { checkChunks } from './chunk-check.ts'
import { openClassifiers } from './classifiers.ts'
import type { RunConfig } from './config.ts'
import { type DedupeThread, openDedupeThread } from './dedupe-thread.ts'
import { diagnoseCollapse, OutputSample, type Collapse } from './diagnose-collapse.ts'
import { openLedger, type Ledger } from './ledger.ts'
import { claimFolder, inspectFolder, writeSummary } from './output-folder.ts'
import { planRun } from './plan.ts'
import { openRequestLog } from './request-log.ts'
import { lockFolder } from './run-lock.ts'
import { columnsOf, parseLabels, parseQuality } from './selection.ts'
import { noState, openState, readLineage } from './state.ts'
import { imbalances, newLabelTally, newReplyTally, newStepCounts, summarize, withFailure, type RunHead, type Summary } from './summary.ts'
import { openTextJudge } from './text-judge.ts'
import { checkTokenizer } from './tokenizer-check.ts'

/** What a run needs of the process around it. */
export interface Surroundings {
  /** Where Arrow goes when the output is `-`. */
  readonly stdout: Writable
  /** One line for the person who started the run. */
  readonly note: (line: string) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number
  /** The configuration as it is written beside the output: no secrets. */
  readonly printable: Record<string, unknown>
}

/** A run that is ready to go: input checked, endpoint up, folder claimed. */
export interface Job {
  readonly head: RunHead
  /** Rows that will be read, for an ETA; null while, or where, it cannot be known. */
  readonly expectedSeeds: number | null
  /** Requests on the wire right now. */
  readonly inFlight: number
  /** Most that may be: it moves with `--max-concurrency auto`. */
  readonly limit: number
  /** Live counts, in the shape of the summary. */
  snapshot(): Summary
  /** Run to the end, once. Writes the summary however it ends; rejects with the error that ended it. */
  run(): Promise<Summary>
}

interface Closable {
  close(): Promise<unknown>
}

/**
 * The composition root: opens everything a run is made of, what can fail cheaply first, and hands each part what it
 * needs of the others. Nothing in the output folder changes before input and endpoint are known to be good.
 * @throws StreamError, with everything closed again
 */
export async function openJob(config: RunConfig, around: Surroundings, signal: AbortSignal): Promise<Job> {
  const opened: Closable[] = []
  const keep = <Part extends Closable>(part: Part): Part => (opened.push(part), part)
  const closeAll = async (): Promise<void> => {
    for (const part of opened.splice(0).toReversed()) await part.close()
  }
  try {
    checkChunks(config)
    const selection = parseQuality(config.quality)
    const labels = parseLabels(config.label)
    const plan = planRun(config)
    const source = keep(await openSource({ ...config, ...plan, ...columnsOf(selection, labels) }))
    const judge = keep(openTextJudge({ tokenizer: config.tokenizer }))
    await checkTokenizer(config.tokenizer, judge)
    const { now, random } = around
    const classifiers = keep(await openClassifiers({ config, source: selection.source, labels, judge, now, random }))
    const folder = config.output === '-' ? null : config.output
    const identity = { input: config.inputs, recipe: config.recipe.name }
    if (folder !== null) await inspectFolder(folder, identity, config.resume)
    const { pool, model, endpoint, urls } = await openEndpoint(config, plan.maxConcurrency, around, keep, signal)
    const stateDir = config.stateDir ?? (folder === null ? null : join(folder, '_run', 'state'))
    if (folder !== null) keep(lockFolder(join(folder, '_run'), `output ${folder}`))
    if (config.stateDir !== null) keep(lockFolder(config.stateDir, `--state-dir ${config.stateDir}`))
    // Once more, since only now nobody else writes there.
    const earlier = folder === null ? null : await inspectFolder(folder, identity, config.resume)
    const lineage = stateDir === null ? randomUUID() : await readLineage(stateDir)
    const dedupe = config.dedupe === 'none' || config.recipe.seeds === 'none' ? null : keep(await openDedupe(config, config.dedupe, stateDir, lineage))
    if (folder !== null) await claimFolder(folder, earlier!, toYaml(around.printable))
    const state = keep(stateDir === null ? noState() : await openState(stateDir, lineage))
    const resumed = state.replies > 0
    if (resumed) around.note(`resuming: ${state.replies.toLocaleString('en')} replies are kept from before and not asked for again`)

    const started = around.now()
    const head: RunHead = {
      id: started.toString(36) + randomBytes(2).toString('hex'),
      recipe: config.recipe.name,
      model,
      endpoint,
      config_hash: createHash('sha256').update(JSON.stringify(around.printable)).digest('hex').slice(0, 16),
      resumed,
    }
    const ledger = folder === null ? null : keep(await openLedger(stateDir!, { id: head.id, folder }, earlier!.run))
    const constants = { createdAt: new Date(started), labels: Object.keys(labels), slots: config.recipe.columns ?? [] }
    const sink = await openSink(config, folder, head, source, around, constants, ledger)
    const sample = config.diagnoseCollapse === null ? null : new OutputSample(config.diagnoseCollapse)
    let collapse: Collapse | null = null
    const replies = newReplyTally()
    const counted = newStepCounts()
    let unasked = 0
    const labelled = newLabelTally(Object.keys(labels))
    // A reply that cannot be kept ends the run before its slot is free: nothing more is asked that would be lost too.
    const stop = new AbortController()
    const put: ReplyStore['put'] = (key, reply) =>
      state.put(key, reply).catch((error: unknown) => {
        stop.abort(error)
        throw error
      })
    const chain = buildChain({
      config,
      plan,
      selection,
      find: dedupe && ((rows) => dedupe.find(rows)),
      classifiers,
      onLabel: labelled.add,
      model,
      judge,
      generate: (request, signal, stored, seedId) => pool.generate(request, signal, stored, seedId),
      store: { get: (key) => state.get(key), put },
      onReply: replies.add,
      onUnasked: (rows) => (unasked += rows),
      onCounts: counted.add,
    })
    let expectedSeeds: number | null = null
    source.estimateRows().then((rows) => (expectedSeeds = rows), () => {})
    const snapshot = (): Summary => ({
      ...summarize({ head, tokenizer: config.tokenizer, seconds: (around.now() - started) / 1000, chain, source, pool: pool.stats, sink: sink.progress, replies, labels: labelled.counts, unasked, counts: counted.counts }),
      ...(collapse && { collapse }),
    })

    return {
      head,
      snapshot,
      get expectedSeeds() {
        return expectedSeeds
      },
      get inFlight() {
        return pool.stats.inFlight
      },
      get limit() {
        return pool.stats.limit
      },
      async run() {
        let failure: unknown
        try {
          const { limits } = plan
          const ended = AbortSignal.any([signal, stop.signal])
          await chain.pipeline.run({ source: (inner) => source.batches(inner), sink: sample?.before(sink) ?? sink, signal: ended, limits, bytesOf: ({ text }) => text.length })
          await dedupe?.commit()
          if (sample) collapse = await lossesCompared(config, urls(), sample, model, around, ended)
        } catch (error) {
          failure = error
        }
        const summary = failure === undefined ? snapshot() : withFailure(snapshot(), failure)
        // Whatever fails, all of it is tried, and the first error is the one to report.
        const attempt = (work: () => Promise<unknown>): Promise<unknown> => work().catch((error: unknown) => (failure ??= error))
        if (folder !== null) await attempt(() => writeSummary(folder, summary))
        if (failure === undefined && ledger) await attempt(() => ledger.seal(summary))
        await attempt(closeAll)
        if (failure !== undefined) throw failure
        const problems = imbalances(summary, sink.progress.rejected)
        if (problems.length > 0) throw new Error(`the books do not balance: ${problems.join('; ')}`)
        return summary
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** The endpoints of a run, up, and the model to ask them for. */
export async function openEndpoint(
  config: RunConfig,
  maxConcurrency: number,
  around: Pick<Surroundings, 'note' | 'now' | 'random'>,
  keep: <Part extends Closable>(part: Part) => Part,
  signal: AbortSignal,
): Promise<{ pool: EndpointPool; model: string; endpoint: string; urls: () => readonly string[] }> {
  const offline = config.endpoints.length === 0 ? keep(await startOffline()) : null
  if (offline) around.note('no --endpoint: using the offline rewriter, whose text is extractive: for trying the pipeline, not for training')
  const list = await openEndpointList(offline ? [offline.url] : config.endpoints, around.note)
  const shapes = config.recipe.steps.flatMap((step) => step.variants.map((variant) => variant.shape ?? step.shape))
  if (config.batch > 1 && shapes.every((shape) => shape === 'chat')) {
    around.note(`--batch ${config.batch} changes nothing: recipe ${config.recipe.name} has only chat prompts, and arrays are for steps of shape completion`)
  }
  const { requestLog: path, requestLogBodies: bodiesEvery, batch } = config
  // Before the pool, so that it is closed after it.
  const log = path === null ? null : keep(await openRequestLog({ path, bodiesEvery, note: around.note }))
  const pool = keep(
    openPool({
      endpoints: clientsOf(config, list.urls),
      latest: config.endpoints.some(isEndpointFile) ? () => list.look().then((urls) => urls && clientsOf(config, urls)) : undefined,
      maxConcurrency,
      autopilot: config.maxConcurrency === 'auto',
      noticeStalls: offline === null,
      note: around.note,
      maxAttempts: config.maxAttempts,
      batch,
      onAttempt: log?.add,
      random: around.random,
      now: around.now,
      sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    }),
  )
  const found = await pool.ready(signal, config.readyTimeout * 1000, config.model ?? undefined)
  const model = config.model ?? found.model
  if (model === null) throw new ConfigInvalidError([`endpoint ${list.urls[0]} lists no models: say which with --model`])
  return { pool, model, endpoint: offline ? 'offline' : config.endpoints.join(','), urls: () => list.urls }
}

function clientsOf({ apiKey, headers, requestTimeout }: RunConfig, urls: readonly string[]): ClientOptions[] {
  return urls.map((url) => ({ url, apiKey, headers, deadlineMs: requestTimeout * 1000 }))
}

/** What cannot be compared costs a note, never the run. */
async function lossesCompared(config: RunConfig, urls: readonly string[], sample: OutputSample, model: string, { note }: Surroundings, signal: AbortSignal): Promise<Collapse> {
  const losses = openTokenLosses(clientsOf(config, urls), model)
  try {
    return await diagnoseCollapse(sample.rows(), losses, signal, (problem) => note(`--diagnose-collapse: no losses: ${problem}`))
  } finally {
    await losses.close()
  }
}

/** The index of a run. What it spills is scratch beside the state: a resumed run reads its seeds again. */
function openDedupe(config: RunConfig, mode: 'exact' | 'minhash', stateDir: string | null, lineage: string): Promise<DedupeThread> {
  return openDedupeThread({
    mode,
    minhash: config.minhash,
    memory: config.dedupeMemory,
    spillFolder: stateDir === null ? null : join(stateDir, 'fingerprints'),
    indexFolder: config.dedupeIndex,
    lineage,
  })
}

async function openSink(
  config: RunConfig,
  folder: string | null,
  head: RunHead,
  source: Source,
  around: Surroundings,
  constants: Omit<RunConstants, 'recipe'>,
  ledger: Ledger | null,
): Promise<Sink> {
  const options = { layout: layouts[config.layout], runId: head.id, keptFields: source.keptFields, constants: { recipe: head.recipe, ...constants } }
  return folder === null
    ? openIpcSink({ ...options, output: around.stdout })
    : openFolderSink({ ...options, folder, partBytes: config.partSize, onPart: (part) => ledger!.commit(part) })
}
