import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { MODEL } from './request.ts'

/** A running offline endpoint. */
export interface OfflineEndpoint {
  /** Base for the OpenAI routes, without a slash at the end: `http://127.0.0.1:43210/v1`. */
  readonly url: string
  readonly model: string
  /** Cut connections and end the thread. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Start the endpoint that rewrites by rule, in a worker thread, on a free port of the loopback interface. It does not
 * keep the process alive.
 */
export async function startOffline(): Promise<OfflineEndpoint> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 384 },
  })
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const [port] = (await once(worker, 'message')) as [number]
  worker.unref()
  // A thread that dies shows as refused connections, which the run reports like those of any other endpoint.
  worker.on('error', () => {})
  return {
    url: `http://127.0.0.1:${port}/v1`,
    model: MODEL,
    async close() {
      worker.ref()
      worker.postMessage('close')
      await exited
    },
  }
}
