import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Test } from 'tap'
import { resolveConfig } from '../../dist/cli/config.js'
import { openJob } from '../../dist/run/job.js'
import { readParts, readSummary, sum, type PartRow } from '../e2e/stream-process.js'
import { completion, scriptedServer } from '../endpoint/scripted-server.js'

export interface Message { readonly role: string; readonly content: string }
/** A request as it was sent. */
export interface Body { readonly messages: readonly Message[]; readonly [field: string]: unknown }

export interface Ran {
  readonly rows: readonly PartRow[]
  readonly rejected: readonly PartRow[]
  readonly summary: ReturnType<typeof readSummary>
  /** Requests in the order of arrival; none of the offline endpoint. */
  readonly bodies: readonly Body[]
}

let runs = 0

/**
 * Run a recipe (a name, or a file) over `documents` with a server that gives `reply`, or offline where that is null:
 * the job itself, with its workers and files, in this process. The reply may be any text; its tokens are its words.
 */
export async function runRecipe(
  t: Test, recipe: string, documents: readonly string[], reply: ((user: string, n: number, body: Body) => string) | null, flags: object = {},
): Promise<Ran> {
  const folder = t.testdir({ 'in.jsonl': documents.map((text, i) => JSON.stringify({ id: `d${i}`, text })).join('\n') })
  const out = join(folder, `out-${runs++}`)
  const bodies: Body[] = []
  const server = reply && await scriptedServer(({ path, body }) => {
    if (path.endsWith('/models')) return { body: { object: 'list', data: [{ id: 'tiny', object: 'model' }] } }
    const sent = JSON.parse(body) as Body
    bodies.push(sent)
    const text = reply(sent.messages.at(-1)!.content, bodies.length - 1, sent)
    return { body: completion(text, { usage: { prompt_tokens: 9, completion_tokens: text.split(/\s+/).length, total_tokens: 99 } }) }
  })
  if (server) t.teardown(() => server.close())
  const given = { recipe, dedupe: 'none', ...(server && { endpoint: [server.url], 'max-concurrency': 4 }), ...flags }
  const config = await resolveConfig([join(folder, 'in.jsonl'), out], given, null, {})
  const around = { stdout: new PassThrough(), note: () => {}, now: Date.now, random: Math.random, printable: {} }
  const job = await openJob(config, around, AbortSignal.timeout(100_000))
  await job.run()
  const ran = { rows: readParts(out), rejected: readParts(join(out, '_rejected')), summary: readSummary(out), bodies }
  const { seeds, outputs } = ran.summary
  t.equal(ran.rows.length, outputs.written)
  t.equal(new Set(ran.rows.map(({ id }) => id)).size, ran.rows.length, 'no id twice')
  t.equal(ran.rejected.length, sum(seeds.dropped) + sum(seeds.failed) + sum(outputs.dropped) + sum(outputs.failed))
  return ran
}

/** Requests as a person reads them. */
export function written(bodies: readonly Body[]): string {
  return bodies.map(({ messages, model: _model, ...fields }) =>
    [JSON.stringify(fields), ...messages.map(({ role, content }) => `[${role}]\n${content}`)].join('\n')).join('\n\n====\n\n')
}
