import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tableFromIPC } from 'apache-arrow'
import type { Test } from 'tap'

const parquet = createRequire(import.meta.url)('parquet-wasm') as typeof import('parquet-wasm')

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const seeds = join(root, 'fixtures', 'seeds.parquet')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** Start `node bin/stream.js` with no endpoint in its environment. */
export function start(args: readonly string[], input?: Uint8Array, env: Record<string, string> = {}): Running {
  const { OPENAI_BASE_URL: _url, OPENAI_API_KEY: _key, ...inherited } = process.env
  const child = spawn(process.execPath, [join(root, 'bin', 'stream.js'), ...args], { cwd: root, env: { ...inherited, ...env } })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout: Buffer.concat(out), stderr: String(Buffer.concat(err)) }))
  })
  return { child, ended }
}

export function run(args: readonly string[], input?: Uint8Array, env?: Record<string, string>): Promise<Ended> {
  return start(args, input, env).ended
}

export type PartRow = Record<string, unknown>

/** All rows of all parts in a folder, in part order. */
export function readParts(folder: string): PartRow[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.parquet') && !name.startsWith('.'))
    .toSorted()
    .flatMap((name) => {
      const table = parquet.readParquet(readFileSync(join(folder, name)))
      return tableFromIPC(table.intoIPCStream()).toArray().map((row) => row!.toJSON() as PartRow)
    })
}

export function readSummary(folder: string) {
  return JSON.parse(readFileSync(join(folder, '_run', 'summary.json'), 'utf8')) as import('../../dist/run/summary.js').Summary
}

export interface Answering {
  readonly url: string
  /** Every request body received, in order. */
  readonly bodies: string[]
  close(): Promise<void>
}

/** A chat endpoint that answers each request once `answer` says how; the text it gives is different for each prompt. */
export async function answering(
  answer: (body: string, n: number) => { status?: number; afterMs?: number; message?: string } | undefined = () => undefined,
): Promise<Answering> {
  const bodies: string[] = []
  const server = createServer((request, response) => void handle(request, response))
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return send(response, 200, { object: 'list', data: [{ id: 'test-model', object: 'model' }] })
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = String(Buffer.concat(chunks))
    bodies.push(body)
    const { status = 200, afterMs = 0, message = 'refused' } = answer(body, bodies.length) ?? {}
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs))
    if (status !== 200) return send(response, status, { error: { message, type: 'error', code: status } })
    const words = body.replace(/[^a-z ]/gi, ' ').split(/ +/).filter((word) => word.length > 3).slice(20, 160)
    send(response, 200, {
      id: 'x', object: 'chat.completion', created: 0, model: 'test-model',
      choices: [{ index: 0, message: { role: 'assistant', content: `${words.join(' ')}.` }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 100, completion_tokens: words.length, total_tokens: 100 + words.length },
    })
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

function send(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

export const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0)
export const ids = (rows: readonly PartRow[]) => rows.map(({ id }) => String(id)).toSorted()

/** What every finished run promises about its books, checked from the files. */
export function checkBooks(t: Test, out: string): void {
  const { seeds, requests, outputs, stages, tokens } = readSummary(out)
  const written = readParts(out)
  const rejected = readParts(join(out, '_rejected'))
  t.equal(seeds.received, seeds.kept + sum(seeds.dropped) + sum(seeds.failed), 'seeds balance')
  for (const stage of stages) t.equal(stage.received, stage.kept + sum(stage.dropped) + sum(stage.failed), `${stage.name} balances`)
  t.equal(requests.planned, outputs.written + sum(outputs.dropped) + sum(outputs.failed), 'every request came to an end')
  t.equal(written.length, outputs.written, 'rows in parts = outputs.written')
  t.equal(rejected.length, sum(seeds.dropped) + sum(seeds.failed) + sum(outputs.dropped) + sum(outputs.failed), 'rows in _rejected')
  t.equal(new Set(ids(written)).size, written.length, 'no id twice')
  t.equal(written.reduce((n, row) => n + Number(row['token_count'] ?? 0), 0), tokens.kept, 'tokens kept')
  const byReason: Record<string, number> = {}
  for (const row of rejected) byReason[String(row['reason'])] = (byReason[String(row['reason'])] ?? 0) + 1
  const counted: Record<string, number> = {}
  for (const counts of [seeds.dropped, seeds.failed, outputs.dropped, outputs.failed]) {
    for (const [reason, n] of Object.entries(counts)) counted[reason] = (counted[reason] ?? 0) + n
  }
  t.same(byReason, counted, 'reasons in _rejected are those of the summary')
}
