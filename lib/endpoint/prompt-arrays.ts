import { ResponseInvalidError } from '../errors.ts'
import type { RequestBody } from '../rows.ts'
import type { CutBody } from './array-body.ts'
import { cutPrompt, joinPrompts, parseReplies } from './array-body.ts'
import type { Asked, Call } from './ask.ts'
import { ask, invalid, readOutcome } from './ask.ts'
import { planBatches } from './classifier-batches.ts'
import type { Client, OnAttempt } from './client.ts'
import type { Outcome } from './retry.ts'
import { isTransient, refusal } from './retry.ts'

/** Told of a call that was refused and is sent again in halves. */
export type OnHalved = (call: Call, place: number) => void

export interface AskOptions {
  readonly signal: AbortSignal
  /** In a call of its own. */
  readonly alone: boolean
  readonly onHalved: OnHalved
  /** Told of what can be ended early; the attempt of an array is that of each of its requests. */
  readonly onAttempt?: OnAttempt | undefined
}

interface Member {
  readonly request: RequestBody
  readonly prompt: string
  readonly onHalved: OnHalved
  readonly onAttempt: OnAttempt | undefined
  readonly resolve: (asked: Asked) => void
  readonly reject: (error: unknown) => void
}

/** What one call can carry: equal bodies but for the prompt. */
interface Group extends Pick<CutBody, 'head' | 'tail'> {
  readonly signal: AbortSignal
  readonly members: Member[]
  /** It goes at the latest when so many calls have landed in all. */
  readonly until: number
}

/** Of the sequences under way, the most that part-filled arrays may hold back. */
const mostHeld = 1 / 16

/**
 * Sends raw completions to one endpoint as arrays of prompts. Each request has its own place, taken before it comes
 * here: limits count sequences, which is what the server runs. Gathered is what comes within one turn of the event
 * loop: places fall free as an array ends, all at once, and are taken by as many as are waiting. Those may be of
 * several samplings, and would go in ever smaller pieces. So a part-filled array waits for the next places to fall
 * free while the endpoint has enough to do, and for no longer than the calls that are under way.
 */
export class PromptArrays {
  readonly #client: Client
  /** Most prompts a call; lowered for an endpoint that does not take so many. */
  #most: number
  /** The largest array that was answered one choice for each prompt. */
  #proven = 0
  readonly #groups: Group[] = []
  readonly #hasMore: () => boolean
  /** Calls and sequences that are under way; calls that have landed. */
  #open = 0
  #flying = 0
  #landed = 0
  #isDue = false

  /**
   * @param most prompts a call, 1 or more
   * @param hasMore says whether requests are waiting for places
   */
  constructor(client: Client, most: number, hasMore: () => boolean) {
    this.#client = client
    this.#hasMore = hasMore
    this.#most = most
  }

  /** Prompts a call, as far as is known. */
  get most(): number {
    return this.#most
  }

  /**
   * Ask for one request, with others where there are some. An array that is refused as only its prompts can be is
   * halved at once, until the prompt that is to blame stands alone. Rejects like `Client.send`.
   */
  ask(request: RequestBody, { signal, alone, onHalved, onAttempt }: AskOptions): Promise<Asked> {
    const cut = alone || this.#most === 1 || request.shape !== 'completion' ? null : cutPrompt(request.body)
    if (cut === null) return ask(this.#client, request, signal, { onAttempt })
    const { head, prompt, tail } = cut
    return new Promise((resolve, reject) => {
      const group = this.#groupOf(head, tail, signal)
      group.members.push({ request, prompt, onHalved, onAttempt, resolve, reject })
      if (group.members.length >= this.#most) this.#flush(group)
      else this.#lookSoon()
    })
  }

  #groupOf(head: string, tail: string, signal: AbortSignal): Group {
    const known = this.#groups.find((group) => group.head === head && group.tail === tail && group.signal === signal)
    if (known) return known
    const group: Group = { head, tail, signal, members: [], until: this.#landed + this.#open }
    this.#groups.push(group)
    return group
  }

  /** At the end of this turn of the event loop, when all that comes at once has come. */
  #lookSoon(): void {
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      let held = 0
      for (const group of this.#groups.toSorted((a, b) => a.members.length - b.members.length)) {
        held += group.members.length
        const goes = held > this.#flying * mostHeld || this.#landed >= group.until || group.signal.aborted || !this.#hasMore()
        if (goes) this.#flush(group)
      }
    })
  }

  /** Whoever is held back is looked at again as a call lands: held is only who waits for one. */
  async #fly<Result>(prompts: number, send: () => Promise<Result>): Promise<Result> {
    this.#open++
    this.#flying += prompts
    try {
      return await send()
    } finally {
      this.#open--
      this.#flying -= prompts
      this.#landed++
      if (this.#groups.length > 0) this.#lookSoon()
    }
  }

  #flush(group: Group): void {
    this.#groups.splice(this.#groups.indexOf(group), 1)
    const { members } = group
    for (const [from, to] of planBatches(members.map(({ prompt }) => prompt), this.#most)) void this.#send(group, members.slice(from, to))
  }

  /** Settles every one of `members`. @returns how many were refused */
  async #send(group: Group, members: readonly Member[]): Promise<number> {
    const [first] = members
    try {
      if (members.length > 1) return await this.#sendArray(group, members)
      const asked = await this.#fly(1, () => ask(this.#client, first!.request, group.signal, { onAttempt: first!.onAttempt }))
      first!.resolve(asked)
      return this.#isRefused(asked.call.outcome, first!.request) ? 1 : 0
    } catch (error) {
      for (const { reject } of members) reject(error)
      return members.length
    }
  }

  async #sendArray(group: Group, members: readonly Member[]): Promise<number> {
    const prompts = members.map(({ prompt }) => prompt)
    const { request } = members[0]!
    const body = joinPrompts(group, prompts)
    const onAttempt: OnAttempt = (attempt) => members.forEach((member) => member.onAttempt?.(attempt))
    const outcome = await this.#fly(members.length, () => this.#client.send({ ...request, body }, group.signal, undefined, onAttempt))
    const call: Call = { client: this.#client, body, prompts: members.length, outcome }
    if (this.#isRefused(outcome, request)) return this.#halve(group, members, call)
    const read = readOutcome(this.#client, outcome, (text) => parseReplies(text, prompts))
    if (!Array.isArray(read)) {
      // The next attempt is not to go the same way where the endpoint may not know arrays at all.
      if (read.kind === 'invalid' && members.length > this.#proven) this.#most = Math.max(1, this.#proven)
      for (const [place, { resolve }] of members.entries()) resolve({ read, call, place, paceTokens: 0 })
      return 0
    }
    this.#proven = Math.max(this.#proven, members.length)
    const paceTokens = Math.max(...read.map((reply) => (reply instanceof Error ? 0 : (reply.usage?.completionTokens ?? 0))))
    for (const [place, { resolve }] of members.entries()) {
      const reply = read[place]!
      resolve({ read: reply instanceof ResponseInvalidError ? invalid(this.#client, reply) : reply, call, place, paceTokens })
    }
    return 0
  }

  async #halve(group: Group, members: readonly Member[], call: Call): Promise<number> {
    for (const [place, { onHalved }] of members.entries()) onHalved(call, place)
    const half = Math.ceil(members.length / 2)
    const refused = await Promise.all([this.#send(group, members.slice(0, half)), this.#send(group, members.slice(half))])
    const sum = refused[0]! + refused[1]!
    // Nobody was to blame: there were too many of them.
    if (sum === 0 && members.length > this.#proven) this.#most = Math.max(1, this.#proven, Math.min(this.#most, half))
    return sum
  }

  /** An answer that the same body gets again, and others may not. */
  #isRefused(outcome: Outcome, request: RequestBody): boolean {
    if (outcome.kind === 'broken' || outcome.status < 300) return false
    return !isTransient(outcome.status) && refusal(outcome, this.#client.url(request.shape), request) === undefined
  }
}
