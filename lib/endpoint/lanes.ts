import { abortReason } from './abort-reason.ts'
import type { Lane } from './lane.ts'

/** What a request asks of its place. */
export interface Want {
  /** One entry a failed attempt: where it has failed least is where it goes. */
  readonly failedOn: readonly Lane[]
  /** Requests with the same one share a prefix, and are best served by the same endpoint. */
  readonly affinity: string | null
  /** This one and no other. */
  readonly only?: Lane
}

interface Waiter {
  readonly want: Want
  readonly home: Lane | null
  readonly signal: AbortSignal | undefined
  readonly go: (lane: Lane) => void
  readonly stop: (reason: unknown) => void
}

/** Waiters looked at for one whose home has room, before the first takes it. */
const lookAhead = 64

/** A home may be so much fuller, of its limit, than the emptiest lane and is still gone to. */
const homeBonus = 0.25

/**
 * Places over several endpoints. A request holds one of `total` places and flies in one lane. Each lane has its own
 * limit, which may move; a free place goes to the lane with the greatest free share. Written here because it stands in
 * the path of every request: a promise only for those that have to wait, where p-limit makes five for each (8 us of 85).
 */
export class Lanes {
  readonly #lanes: readonly Lane[]
  readonly #total: number
  readonly #now: () => number
  readonly #queue: Waiter[] = []
  readonly #heeded = new WeakSet<AbortSignal>()
  /** Index of the first in the queue: shifting a long array is linear. */
  #head = 0
  #held = 0
  #turn = 0

  /**
   * @param lanes at least one; more may be added while running, at the end: a home goes by the place in there
   * @param total places in all, 1 or more
   * @param now milliseconds; for lanes that rest
   */
  constructor(lanes: readonly Lane[], total: number, now: () => number) {
    this.#lanes = lanes
    this.#total = total
    this.#now = now
  }

  get held(): number {
    return this.#held
  }

  get waiting(): number {
    return this.#queue.length - this.#head
  }

  /**
   * A place in a lane, at once where there is one; else first come first served. Give it back with `free`. Rejects only
   * when `signal` aborts: there may be no lane to wait for.
   */
  take(want: Want, signal?: AbortSignal): Lane | Promise<Lane> {
    const home = this.#homeOf(want)
    if (this.#held < this.#total && this.waiting === 0) {
      const lane = this.#choose(want, home)
      if (lane) {
        this.#enter(lane)
        return lane
      }
    }
    return new Promise((go, stop) => {
      if (signal?.aborted) return stop(abortReason(signal))
      if (signal) this.#heed(signal)
      this.#queue.push({ want, home, signal, go, stop })
      // Others may be waiting for lanes that this one does not need.
      if (this.waiting > 1) this.wake()
    })
  }

  /** Give a place back. Its lane has landed it before. */
  free(): void {
    this.#held--
    this.wake()
  }

  /** A lane has more room than before. */
  wake(): void {
    while (this.#held < this.#total && this.waiting > 0) {
      const at = this.#next()
      if (at === null) break
      const [index, lane] = at
      const waiter = this.#queue[index]!
      if (index === this.#head) this.#head++
      else this.#queue.splice(index, 1)
      this.#enter(lane)
      waiter.go(lane)
    }
    if (this.#head === this.#queue.length) {
      this.#queue.length = this.#head = 0
    } else if (this.#head >= 1024) {
      this.#queue.splice(0, this.#head)
      this.#head = 0
    }
  }

  /** One listener a signal, however many wait with it. */
  #heed(signal: AbortSignal): void {
    if (this.#heeded.has(signal)) return
    this.#heeded.add(signal)
    signal.addEventListener('abort', () => {
      const waiting = this.#queue.splice(0).slice(this.#head)
      this.#head = 0
      for (const waiter of waiting) {
        if (waiter.signal === signal) waiter.stop(abortReason(signal))
        else this.#queue.push(waiter)
      }
    }, { once: true })
  }

  /** Reserved at once, so that whoever comes next sees it; the request itself is sent a turn later. */
  #enter(lane: Lane): void {
    this.#held++
    lane.take(this.#now())
  }

  /** Who goes next, and where: the first that can, unless the lane is the home of one close behind. */
  #next(): readonly [index: number, lane: Lane] | null {
    const end = Math.min(this.#queue.length, this.#head + lookAhead)
    for (let index = this.#head; index < end; index++) {
      const { want, home } = this.#queue[index]!
      const lane = this.#choose(want, home)
      if (!lane) {
        // Nobody without a past can go where the first of them cannot.
        if (want.failedOn.length === 0 && !want.only) return null
        continue
      }
      if (home === null || home === lane || !home.isUp) return [index, lane]
      for (let later = index + 1; later < end; later++) {
        const waiter = this.#queue[later]!
        if (waiter.home === lane && this.#choose(waiter.want, lane) === lane) return [later, lane]
      }
      return [index, lane]
    }
    return null
  }

  /**
   * Of the lanes where this request has failed least: its home, unless that is clearly fuller, else the emptiest, in
   * turn. An endpoint that fails fast is always empty, so without the first rule it would draw every retry to itself.
   */
  #choose({ failedOn, only }: Want, home: Lane | null): Lane | null {
    if (only) return only.hasRoom ? only : null
    const lanes = this.#lanes
    const now = this.#now()
    if (lanes.length === 1) return lanes[0]!.hasRoom && lanes[0]!.isWilling(now) ? lanes[0]! : null
    const open = this.#anyUp() ? (lane: Lane): boolean => lane.isOpen(now) : (lane: Lane): boolean => lane.isWilling(now)
    const failures = (lane: Lane): number => (failedOn.length === 0 ? 0 : failedOn.filter((other) => other === lane).length)
    let least = Infinity
    for (const lane of lanes) if (open(lane)) least = Math.min(least, failures(lane))
    let best: Lane | null = null
    for (let i = 1; i <= lanes.length; i++) {
      const lane = lanes[(this.#turn + i) % lanes.length]!
      if (!open(lane) || !lane.hasRoom || failures(lane) > least) continue
      if (best === null || (lane.isUp ? lane.load : 0) < (best.isUp ? best.load : 0)) best = lane
    }
    if (best === null) return null
    const goesHome = home !== null && home.isUp && home.hasRoom && failures(home) === least && home.load <= best.load + homeBonus
    const lane = goesHome ? home : best
    this.#turn = lanes.indexOf(lane)
    return lane
  }

  /** Is another lane up, so that a request that was not even heard in this one can go there at once? */
  hasOther(lane: Lane): boolean {
    const now = this.#now()
    return this.#lanes.some((other) => other !== lane && other.isUp && other.isWilling(now))
  }

  #anyUp(): boolean {
    for (const lane of this.#lanes) if (lane.isUp) return true
    return false
  }

  /**
   * Rendezvous hashing: everybody with the same affinity comes to the same answer without a table, and only the share
   * of a lane that is down goes elsewhere. Weighted by limit.
   */
  #homeOf({ affinity, only }: Want): Lane | null {
    if (affinity === null || only || this.#lanes.length === 1) return null
    let home: Lane | null = null
    let best = -Infinity
    for (const [i, lane] of this.#lanes.entries()) {
      if (!lane.isUp) continue
      const score = Math.log((hash(affinity, i) + 1) / 2 ** 32) / lane.limit
      if (score > best) {
        best = score
        home = lane
      }
    }
    return home
  }
}

/** FNV-1a, then mixed (murmur3's finish): its high bits hardly differ for short texts. 32 bits. */
function hash(text: string, salt: number): number {
  let h = 0x811c9dc5 ^ Math.imul(salt + 1, 0x9e3779b1)
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
