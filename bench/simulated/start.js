import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export { hashOf } from './body.js'

const script = fileURLToPath(new URL('server.js', import.meta.url))

/** @typedef {Awaited<ReturnType<typeof startSimulated>>} Simulated */

/**
 * Start the simulated server as a process of its own. It ends with `stop`, and with the process that started it.
 * @param {readonly (string | number)[]} [args] options of server.js
 */
export async function startSimulated(args = []) {
  const child = spawn(process.execPath, [script, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]) => { throw new Error(`simulated/server.js ended with ${code} before it listened`) }),
  ])
  const { url, control } = /** @type {{ url: string, control: string }} */ (JSON.parse(line))

  /**
   * @param {string} path
   * @param {unknown} [body] sent with POST where there is one
   * @returns {Promise<any>}
   */
  const ask = async (path, body) => {
    const answer = await fetch(`${control}/_sim/${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
    const value = /** @type {any} */ (await answer.json())
    if (!answer.ok) throw new Error(`/_sim/${path}: ${value.error}`)
    return value
  }

  return {
    /** Of the OpenAI routes, without /v1. */
    url,
    control,
    pid: /** @type {number} */ (child.pid),
    /** @returns {Promise<import('./control-server.js').Stats>} */
    stats: () => ask('stats'),
    /** @returns {Promise<import('./throughput-windows.js').Window[]>} */
    windows: () => ask('windows'),
    /** Attempts by hash of the body (`hashOf`). @returns {Promise<Record<string, number>>} */
    requests: () => ask('requests'),
    /**
     * The last request of each connection that was closed since this was asked last, and whether it was answered.
     * @returns {Promise<{ hash: string, answered: boolean }[]>}
     */
    cut: () => ask('cut', {}),
    /** @param {Partial<import('./engine.js').EngineSettings>} settings */
    configure: (settings) => ask('settings', settings),
    /** @param {readonly import('./faults.js').FaultRule[]} rules from now on, instead of all others */
    setFaults: (rules) => ask('faults', rules),
    pause: () => ask('pause', {}),
    resume: () => ask('resume', {}),
    /** @param {import('./simulated-server.js').State} state */
    become: (state) => ask('state', { state }),
    /** Down, loading and up again; resolves then. @param {{ downSeconds?: number, loadingSeconds?: number }} [how] simulated seconds */
    restart: (how = {}) => ask('restart', how),
    async stop() {
      child.stdin.end()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
