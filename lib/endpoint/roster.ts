import { Autopilot } from './autopilot.ts'
import type { Client, ClientOptions } from './client.ts'
import { openClient } from './client.ts'
import { endpointKey } from './endpoint-lines.ts'
import { Lane } from './lane.ts'
import type { PoolOptions } from './pool-options.ts'
import { PromptArrays } from './prompt-arrays.ts'
import { StallWatch } from './stall-watch.ts'

export interface RosterOptions extends Pick<PoolOptions, 'endpoints' | 'latest' | 'maxConcurrency' | 'autopilot' | 'noticeStalls' | 'batch'> {
  readonly note: (line: string) => void
  /** Says whether requests are waiting for places. */
  readonly hasMore: () => boolean
}

/**
 * The endpoints of a pool, with what is known of each. Where their list changes, new ones join once they serve the
 * model of the run (absent-watch.ts), and those that are gone are drained: nothing new, what is in flight is finished,
 * then their sockets close.
 */
export class Roster {
  /** In order of appearance, and shared: it grows at the end, and one that comes back takes the place that it had. */
  readonly lanes: Lane[]
  readonly arrays = new Map<Lane, PromptArrays>()
  readonly stalls = new Map<Lane, StallWatch>()
  readonly #options: RosterOptions
  #asking = false
  #closed = false
  /** It has been said that nobody is left. */
  #toldEmpty = false

  constructor(options: RosterOptions) {
    this.#options = options
    // All before any lane, so that a URL that cannot be leaves none behind.
    const clients = options.endpoints.map((endpoint) => this.#connect(endpoint))
    this.lanes = clients.map((client) => this.#open(client))
  }

  /** Those that can be asked. */
  get present(): Lane[] {
    return this.lanes.filter(({ presence }) => presence === 'in')
  }

  /** Whether whoever is missing may yet be put on the list. */
  get isOpenEnded(): boolean {
    return this.#options.latest !== undefined
  }

  /** Has one come since these were all? */
  hasOtherThan(lanes: readonly Lane[]): boolean {
    return this.lanes.some((lane) => lane.presence === 'new' || (lane.presence === 'in' && !lanes.includes(lane)))
  }

  /** May this one be done without? It has left anyway, or another is there. */
  canSpare(lane: Lane): boolean {
    return lane.presence !== 'in' || this.lanes.some((other) => other !== lane && other.presence === 'in')
  }

  /** Once a second. */
  look(): void {
    const { latest } = this.#options
    if (!latest) return
    for (const lane of this.lanes) if (lane.presence === 'draining' && lane.flying === 0) this.#close(lane)
    this.#tellWhenEmpty()
    if (!this.#asking) void this.#ask(latest)
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.lanes.map(({ client }) => client.close()))
  }

  async #ask(latest: NonNullable<RosterOptions['latest']>): Promise<void> {
    this.#asking = true
    const endpoints = await latest()
    this.#asking = false
    if (endpoints && !this.#closed) this.#follow(endpoints)
  }

  #follow(endpoints: readonly ClientOptions[]): void {
    const wanted = new Map(endpoints.map((endpoint) => [endpointKey(endpoint.url), endpoint]))
    const known = this.lanes.map(({ client }) => endpointKey(client.url('models')))
    for (const [i, lane] of this.lanes.entries()) {
      const endpoint = wanted.get(known[i]!)
      if (!endpoint) this.#drain(lane)
      else if (lane.presence === 'draining') lane.presence = 'new'
      else if (lane.presence === 'drained') this.lanes[i] = this.#open(this.#connect(endpoint), lane)
    }
    for (const [key, endpoint] of wanted) if (!known.includes(key)) this.lanes.push(this.#open(this.#connect(endpoint), null))
  }

  #drain(lane: Lane): void {
    if (lane.presence === 'draining' || lane.presence === 'drained') return
    lane.presence = 'draining'
    const { origin } = lane.client
    if (lane.flying === 0) this.#close(lane)
    else this.#options.note(`endpoint ${origin} is off the list: it is asked nothing new, ${lane.flying} in flight are waited for`)
  }

  #close(lane: Lane): void {
    lane.presence = 'drained'
    lane.gauges = null
    this.arrays.delete(lane)
    this.stalls.delete(lane)
    void lane.client.close()
    this.#options.note(`endpoint ${lane.client.origin} is drained: ${lane.completed.toLocaleString('en')} answered`)
  }

  #tellWhenEmpty(): void {
    const isEmpty = !this.lanes.some(({ presence }) => presence === 'in' || presence === 'new')
    if (isEmpty && !this.#toldEmpty) this.#options.note('no endpoint is left to ask: the run waits until one that is up is on the list')
    this.#toldEmpty = isEmpty
  }

  #connect(endpoint: ClientOptions): Client {
    const { maxConcurrency, autopilot, noticeStalls } = this.#options
    // undici frees a socket a turn late: without a bound it opens nearly twice as many as are ever in use. One is for gauges, one
    // for counters, which are asked for just when nothing is answered.
    return openClient({ connections: maxConcurrency + (autopilot ? 1 : 0) + (noticeStalls ? 1 : 0), ...endpoint })
  }

  /** @param before who had the place of one that joins, null for a new place; left out at the start */
  #open(client: Client, before?: Lane | null): Lane {
    const { maxConcurrency, autopilot, noticeStalls, batch = 1, hasMore } = this.#options
    const lane = new Lane(client, maxConcurrency, autopilot ? new Autopilot({ max: maxConcurrency }) : null)
    this.arrays.set(lane, new PromptArrays(client, batch, hasMore))
    if (noticeStalls) this.stalls.set(lane, new StallWatch(lane))
    if (before !== undefined) lane.presence = 'new'
    // What it learns it learns anew: it may be another server by now. What was counted counts.
    lane.sent = before?.sent ?? 0
    lane.completed = before?.completed ?? 0
    return lane
  }
}
