import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { readFault } from './faults.js'
import { readSettings } from './options.js'

/**
 * @typedef {import('./simulated-server.js').SimulatedServer} SimulatedServer
 * @typedef {ReturnType<typeof statsOf>} Stats
 */

/** Everything that is counted. Times are simulated seconds, since the process was started; restarts reset nothing here. @param {SimulatedServer} server */
export function statsOf({ engine, pacer, requests, attempts, connections, state, restarts }) {
  pacer.sync()
  const { counters, now } = engine
  const { user, system } = process.cpuUsage()
  return {
    state, restarts, paused: engine.paused,
    now, slipped_s: pacer.slipped,
    running: engine.running, waiting: engine.waiting, kv_usage: engine.kvUsage,
    requests: { ...requests, distinct: attempts.size }, connections,
    ...counters,
    /** Share of slot-seconds that were filled; of time with a step under way. */
    slot_utilisation: counters.slotSeconds > 0 ? counters.runningSeconds / counters.slotSeconds : 0,
    busy_share: now > 0 ? counters.busySeconds / now : 0,
    settings: engine.settings,
    cpu_us: user + system,
  }
}

/**
 * The control routes, on a port that no fault and no restart touches.
 * @param {SimulatedServer} server
 */
export function createControlServer(server) {
  /** @type {Record<string, (body: unknown) => unknown>} */
  const routes = {
    'GET /_sim/stats': () => statsOf(server),
    'GET /_sim/windows': () => server.windows,
    'GET /_sim/requests': () => Object.fromEntries(server.attempts),
    'POST /_sim/cut': () => server.cut.splice(0),
    'POST /_sim/settings': (body) => (server.configure(readSettings(body)), server.engine.settings),
    'POST /_sim/faults': (body) => (server.faults = /** @type {unknown[]} */ (body).map(readFault)),
    'POST /_sim/pause': () => server.pause(true),
    'POST /_sim/resume': () => server.pause(false),
    async 'POST /_sim/state'(body) {
      const { state } = Object(body)
      if (!['down', 'loading', 'up'].includes(state)) throw new TypeError(`state must be down, loading or up, not ${state}`)
      await server.become(state)
      return { state }
    },
    /** Answers when it is up again. */
    async 'POST /_sim/restart'(body) {
      const { downSeconds = 1, loadingSeconds = 1 } = Object(body)
      await server.become('down')
      await sleep(server.pacer.realMs(downSeconds))
      await server.become('loading')
      await sleep(server.pacer.realMs(loadingSeconds))
      await server.become('up')
      return { state: 'up' }
    },
  }

  return createServer((request, response) => {
    const route = routes[`${request.method} ${request.url}`]
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk) => (text += chunk))
    request.on('end', async () => {
      const reply = (/** @type {number} */ status, /** @type {unknown} */ value) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value ?? {}))
      }
      if (!route) return reply(404, { error: `no control route ${request.method} ${request.url}` })
      try {
        reply(200, await route(text ? JSON.parse(text) : {}))
      } catch (error) {
        reply(400, { error: String(error) })
      }
    })
  })
}
