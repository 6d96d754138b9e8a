import { once } from 'node:events'
import { createServer } from 'node:http'
import { answerTo } from './answer.js'
import { hashOf, readBody } from './body.js'
import { countersSince } from './counters.js'
import { Engine } from './engine.js'
import { decideFault } from './faults.js'
import { Latencies } from './latencies.js'
import { metricsWriters } from './metrics.js'
import { Pacer } from './pacer.js'
import { errorBody } from './reply.js'
import { readRequest, Refusal } from './request.js'
import { send, sendEarlyFault, sendReply } from './send.js'
import { Stream } from './stream.js'
import { ThroughputWindows } from './throughput-windows.js'
import { blockHashes } from './tokens.js'

/**
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:http').ServerResponse} ServerResponse
 * @typedef {import('./options.js').Options} Options
 * @typedef {'up' | 'loading' | 'down'} State
 */

/** Real milliseconds between two looks at what streams have to send. */
const streamEveryMs = 10

/** The OpenAI routes over a simulated engine. */
export class SimulatedServer {
  /** @type {State} */
  state = 'down'
  /** @type {import('./faults.js').FaultRule[]} */
  faults
  /** Attempts by hash of the body. @type {Map<string, number>} */
  attempts = new Map()
  requests = { received: 0, answered: 0, open: 0, peakOpen: 0, refused: /** @type {Record<string, number>} */ ({}), faults: /** @type {Record<string, number>} */ ({}) }
  restarts = 0
  /**
   * The last request for a completion of each connection that has been closed, and whether its answer had gone out:
   * what a client that was killed can have lost. @type {{ hash: string, answered: boolean }[]}
   */
  cut = []
  #options
  #engine
  #pacer
  #windows
  #latencies = new Latencies()
  #ended = { stop: 0, length: 0 }
  #server
  #port
  /** @type {Set<import('node:net').Socket>} */
  #sockets = new Set()
  /** The last request for a completion. @type {WeakMap<import('node:net').Socket, { hash: string, answered: boolean }>} */
  #last = new WeakMap()
  /** @type {Map<Stream, () => void>} streams that run, and what ends them */
  #streams = new Map()
  #streamedAt = 0
  #upSince
  /** @type {{ at: number, text: string } | null} */
  #scrape = null

  /** @param {Options} options */
  constructor(options) {
    this.#options = options
    this.#port = options.port
    this.faults = [...options.faults]
    const { maxNumSeqs, maxNumBatchedTokens, kvTokens, prefixCache, baseMs, perSeqMs, perKvTokenMs, prefillTokensPerS } = options
    this.#engine = new Engine({ maxNumSeqs, maxNumBatchedTokens, kvTokens, prefixCache, baseMs, perSeqMs, perKvTokenMs, prefillTokensPerS })
    this.#windows = new ThroughputWindows(options.windowSeconds)
    this.#pacer = new Pacer(this.#engine, options.speed, { onStep: () => this.#windows.add(this.#engine), onTick: () => this.#onTick() })
    this.#upSince = { ...this.#engine.counters }
    this.#server = createServer((request, response) => void this.#serve(request, response))
    this.#server.keepAliveTimeout = options.keepAlive * 1000
    // Newer Nodes wait a second longer than they say.
    Object.assign(this.#server, { keepAliveTimeoutBuffer: 0 })
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => {
        this.#sockets.delete(socket)
        const last = this.#last.get(socket)
        if (last) this.cut.push(last)
      })
    })
  }

  get url() {
    return `http://${this.#options.host}:${this.#port}`
  }

  /** Open now. */
  get connections() {
    return this.#sockets.size
  }

  get engine() {
    return this.#engine
  }

  get pacer() {
    return this.#pacer
  }

  /** Throughput of the past, in windows of simulated time. */
  get windows() {
    this.#pacer.sync()
    return this.#windows.list()
  }

  /**
   * Go down (connections reset, everything in flight and in the cache lost, port closed), load (503 to all) or come up.
   * @param {State} state
   */
  async become(state) {
    const before = this.state
    this.state = state
    if (state === 'down' && before !== 'down') {
      this.#pacer.sync()
      this.#engine.clear()
      this.#streams.clear()
      const closed = once(this.#server, 'close')
      this.#server.close()
      for (const socket of this.#sockets) socket.resetAndDestroy()
      await closed
      this.restarts++
      this.#upSince = { ...this.#engine.counters }
      this.#latencies = new Latencies()
      this.#ended = { stop: 0, length: 0 }
      this.#scrape = null
    }
    if (state !== 'down' && before === 'down') {
      this.#server.listen(this.#port, this.#options.host)
      await once(this.#server, 'listening')
      const address = this.#server.address()
      if (typeof address === 'object' && address) this.#port = address.port
      this.#pacer.sync()
    }
  }

  /** Takes effect with the next step. @param {Partial<import('./engine.js').EngineSettings>} settings */
  configure(settings) {
    this.#pacer.sync()
    this.#engine.configure(settings)
    this.#pacer.sync()
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.#pacer.sync()
    if (paused) this.#engine.pause()
    else this.#engine.resume()
    this.#pacer.sync()
  }

  async close() {
    await this.become('down')
    this.#pacer.stop()
  }

  /** @param {IncomingMessage} request @param {ServerResponse} response */
  async #serve(request, response) {
    const body = await readBody(request)
    if (body === null) return
    const path = (request.url ?? '').split('?')[0]
    const route = `${request.method} ${path}`
    if (this.state === 'loading') return this.#refuse(response, new Refusal(503, 'unavailable_error', 'Loading model'))
    if (route === 'GET /health') return send(response, 200, '')
    if (route === 'GET /metrics') return this.#metrics(response)
    if (path?.startsWith('/v1/') && !this.#authorized(request)) return send(response, 401, '{"error":"Unauthorized"}')
    if (route === 'GET /v1/models') return this.#models(response)
    if (route === 'POST /v1/chat/completions') return this.#complete('chat', body, response)
    if (route === 'POST /v1/completions') return this.#complete('completion', body, response)
    send(response, 404, '{"detail":"Not Found"}')
  }

  /**
   * @param {import('./request.js').Shape} shape
   * @param {string} body
   * @param {ServerResponse} response
   */
  #complete(shape, body, response) {
    const { requests } = this
    const bodyHash = hashOf(body)
    const attempt = this.attempts.get(bodyHash) ?? 0
    this.attempts.set(bodyHash, attempt + 1)
    requests.received++
    requests.open++
    requests.peakOpen = Math.max(requests.peakOpen, requests.open)
    const last = { hash: bodyHash, answered: false }
    if (response.socket) this.#last.set(response.socket, last)
    response.once('finish', () => (last.answered = true))
    response.once('close', () => requests.open--)
    /** @type {import('./request.js').Ask} */
    let ask
    try {
      ask = readRequest(shape, body, this.#options)
    } catch (error) {
      if (error instanceof Refusal) return this.#refuse(response, error)
      throw error
    }
    this.#pacer.sync()
    const rule = decideFault(this.faults, { seed: this.#options.seed, bodyHash, attempt, now: this.#engine.now })
    if (rule) requests.faults[rule.kind] = (requests.faults[rule.kind] ?? 0) + 1
    if (rule && sendEarlyFault(response, rule, this.#options.errors)) return
    const { maxNumSeqs, maxQueue, queueFullStatus } = { ...this.#options, ...this.#engine.settings }
    if (this.#engine.running + this.#engine.waiting + ask.prompts.length > maxNumSeqs + maxQueue) {
      return this.#refuse(response, new Refusal(queueFullStatus, 'overloaded', 'Model is overloaded'))
    }
    this.#generate(ask, `${bodyHash}${attempt}`, rule, response)
  }

  /**
   * @param {import('./request.js').Ask} ask
   * @param {string} id
   * @param {import('./faults.js').FaultRule | null} rule
   * @param {ServerResponse} response
   */
  #generate(ask, id, rule, response) {
    const answers = ask.prompts.map((prompt, i) => {
      const limits = { maxTokens: ask.maxTokens[i] ?? 1, minTokens: ask.minTokens, ignoreEos: ask.ignoreEos }
      return answerTo(`${ask.sampling}\n${prompt}`, limits, this.#options)
    })
    /** @type {import('./reply.js').Job} */
    const job = {
      ask, answers, sequences: [],
      id: `${ask.shape === 'chat' ? 'chatcmpl' : 'cmpl'}-${id}`,
      created: Math.floor(Date.now() / 1000), model: this.#options.model, cachedInUsage: this.#options.cachedInUsage,
    }
    let left = answers.length
    const stream = ask.stream ? new Stream(response, job, rule) : null
    const end = () => {
      if (stream) this.#streams.delete(stream)
      for (const sequence of job.sequences) this.#engine.abort(sequence)
    }
    job.sequences = answers.map((answer, i) => this.#engine.add({
      promptTokens: ask.promptTokens[i] ?? 1,
      hashes: this.#options.prefixCache ? blockHashes(ask.prompts[i] ?? '') : [],
      outputTokens: answer.tokens,
      onDone: (sequence) => {
        this.#latencies.add(sequence)
        this.#ended[answer.finishReason]++
        if (--left > 0) return
        this.requests.answered++
        if (stream) this.#flush(stream)
        else sendReply(response, job, rule, { trickleMs: this.#pacer.realMs(rule?.seconds ?? 10) })
      },
    }))
    if (stream) this.#streams.set(stream, end)
    // A client that has gone away is not generated for.
    response.once('close', end)
    this.#pacer.sync()
  }

  #onTick() {
    if (this.#engine.nextEventAt === Infinity) this.#windows.add(this.#engine)
    if (this.#streams.size === 0) return
    const now = performance.now()
    if (now - this.#streamedAt < streamEveryMs) return
    this.#streamedAt = now
    for (const stream of this.#streams.keys()) this.#flush(stream)
  }

  /** @param {Stream} stream */
  #flush(stream) {
    const end = this.#streams.get(stream)
    if (end && stream.flush()) end()
  }

  /** @param {IncomingMessage} request */
  #authorized({ headers }) {
    return this.#options.apiKey === '' || headers.authorization === `Bearer ${this.#options.apiKey}`
  }

  /** @param {ServerResponse} response @param {Refusal} refusal */
  #refuse(response, refusal) {
    const { refused } = this.requests
    refused[refusal.status] = (refused[refusal.status] ?? 0) + 1
    const { status, type, message, param } = refusal
    send(response, status, JSON.stringify(errorBody(this.#options.errors, { status, type, message, param })))
  }

  /** @param {ServerResponse} response */
  #models(response) {
    const { model, maxModelLen } = this.#options
    const card = { id: model, object: 'model', created: Math.floor(Date.now() / 1000), owned_by: 'vllm', root: model, parent: null, max_model_len: maxModelLen }
    send(response, 200, JSON.stringify({ object: 'list', data: [card] }))
  }

  /** @param {ServerResponse} response */
  #metrics(response) {
    const { metrics, metricsInterval, model, kvTokens } = this.#options
    if (metrics === 'none') return send(response, 404, '{"detail":"Not Found"}')
    this.#pacer.sync()
    const { now, running, waiting, kvUsage, counters } = this.#engine
    if (!this.#scrape || now - this.#scrape.at >= metricsInterval) {
      const text = metricsWriters[metrics]({
        model, running, waiting, kvUsage, kvTokens,
        tokensPerS: this.#windows.last()?.tokens_per_s ?? 0,
        counters: countersSince(counters, this.#upSince),
        ended: this.#ended, latencies: this.#latencies,
      })
      this.#scrape = { at: now, text }
    }
    send(response, 200, this.#scrape.text, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
  }
}
