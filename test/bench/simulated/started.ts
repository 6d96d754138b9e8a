import type { Test } from 'tap'
import { startSimulated, type Simulated } from '../../../bench/simulated/start.js'
import { openClient, type Client } from '../../../dist/endpoint/client.js'

export interface Started extends Simulated {
  /** The product's own client: what it sees is what users get. */
  readonly client: Client
  chat(content: string, fields?: object): { shape: 'chat', body: string, key: string }
  raw(prompt: string | string[], fields?: object): { shape: 'completion', body: string, key: string }
}

/** A simulated server in its own process, fast, for the length of a test. */
export async function started(t: Test, ...args: (string | number)[]): Promise<Started> {
  const simulated = await startSimulated(['--speed', 200, ...args])
  const client = openClient({ url: simulated.url, apiKey: 'EMPTY', headers: {}, deadlineMs: 60_000 })
  t.teardown(async () => {
    await client.close()
    await simulated.stop()
  })
  return {
    ...simulated,
    client,
    chat: (content, fields = {}) => ({ shape: 'chat', key: '', body: JSON.stringify({ model: 'simulated', messages: [{ role: 'user', content }], max_tokens: 40, ...fields }) }),
    raw: (prompt, fields = {}) => ({ shape: 'completion', key: '', body: JSON.stringify({ model: 'simulated', prompt, max_tokens: 40, ...fields }) }),
  }
}

/** Events of a stream, parsed; a line that is no event is an error. */
export function readEvents(text: string): unknown[] {
  return text.split('\n\n').filter((event) => event !== '').map((event) => {
    if (!event.startsWith('data: ')) throw new Error(`no event: ${event}`)
    return event === 'data: [DONE]' ? 'DONE' : JSON.parse(event.slice(6))
  })
}
