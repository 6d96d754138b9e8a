import fc from 'fast-check'
import t from 'tap'
import type { Client } from '../../dist/endpoint/client.js'
import { openClient } from '../../dist/endpoint/client.js'
import { Lane } from '../../dist/endpoint/lane.js'
import type { Want } from '../../dist/endpoint/lanes.js'
import { Lanes } from '../../dist/endpoint/lanes.js'
import { AbortedError } from '../../dist/errors.js'

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })
const anywhere: Want = { failedOn: [], affinity: null }

/** Clients that are never asked anything. */
const clients: Client[] = Array.from({ length: 4 }, (_, i) =>
  openClient({ url: `http://127.0.0.1:${9 + i}`, apiKey: 'EMPTY', headers: {}, deadlineMs: 1000 }))

interface Rig {
  readonly lanes: Lane[]
  readonly places: Lanes
  now: number
  /** End the flight and give the place back. */
  readonly done: (lane: Lane) => void
}

function rig(limits: readonly number[], total = 1000): Rig {
  const lanes = limits.map((limit, i) => new Lane(clients[i]!, limit, null))
  const rig: Rig = {
    lanes, now: 0,
    places: new Lanes(lanes, total, (): number => rig.now),
    done(lane: Lane) {
      lane.replied(rig.now, rig.now, 1)
      rig.places.free()
    },
  }
  return rig
}

t.test('first come first served', async (t) => {
  const { lanes: [lane], places, done } = rig([2])
  t.equal(places.take(anywhere), lane, 'a free place costs no promise')
  t.equal(places.take(anywhere), lane)
  const order: number[] = []
  for (let i = 0; i < 3; i++) void Promise.resolve(places.take(anywhere)).then(() => order.push(i))
  t.match(places, { held: 2, waiting: 3 })
  await turn()
  t.strictSame(order, [])
  done(lane!)
  done(lane!)
  await turn()
  t.strictSame(order, [0, 1])
  for (let i = 0; i < 3; i++) done(lane!)
  t.match(places, { held: 0, waiting: 0 })
})

t.test('a long queue keeps its order', async (t) => {
  const { lanes: [lane], places, done } = rig([1])
  const order: number[] = []
  for (let i = 0; i < 5000; i++) void Promise.resolve(places.take(anywhere)).then(() => order.push(i))
  for (let i = 0; i < 5000; i++) done(lane!)
  await turn()
  t.strictSame(order, Array.from({ length: 5000 }, (_, i) => i))
  t.match(places, { held: 0, waiting: 0 })
})

t.test('the total holds over all lanes', async (t) => {
  const { places } = rig([10, 10], 7)
  for (let i = 0; i < 20; i++) void places.take(anywhere)
  t.match(places, { held: 7, waiting: 13 })
})

t.test('unequal lanes fill in proportion to their limits', async (t) => {
  const { lanes, places } = rig([10, 40, 100])
  for (let i = 0; i < 75; i++) void places.take(anywhere)
  t.strictSame(lanes.map(({ flying }) => flying), [5, 20, 50])
})

t.test('a request goes where it has failed least, though it has to wait', async (t) => {
  const { lanes: [a, b], places, done } = rig([2, 1])
  void places.take({ ...anywhere, only: b! })
  let went: Lane | undefined
  void Promise.resolve(places.take({ ...anywhere, failedOn: [a!] })).then((lane) => { went = lane })
  t.equal(places.waiting, 1)
  const other = places.take(anywhere)
  t.equal(await other, a, 'others pass it')
  done(b!)
  await turn()
  t.equal(went, b)
})

t.test('a lane that fails', async (t) => {
  const trip = (rig: Rig, lane: Lane): void => {
    for (let i = 0; i < 3; i++) {
      void rig.places.take({ ...anywhere, only: lane })
      lane.unreachable(rig.now, rig.now)
      rig.places.free()
    }
  }
  t.test('is left alone, then tried with one, and is back with a reply', async (t) => {
    const it = rig([10, 10])
    const { lanes: [dead, live], places, done } = it
    it.now = 1000
    trip(it, dead!)
    t.notOk(dead!.isUp)
    for (let i = 0; i < 6; i++) t.equal(await places.take(anywhere), live)
    it.now = 2000
    t.equal(await places.take(anywhere), dead, 'its rest is over')
    t.equal(await places.take(anywhere), live, 'one at a time')
    dead!.unreachable(2000, 2100)
    places.free()
    it.now = 4000
    t.equal(await places.take(anywhere), live, 'the next rest is twice as long')
    it.now = 4100
    t.equal(await places.take(anywhere), dead)
    done(dead!)
    t.ok(dead!.isUp)
    t.equal(await places.take(anywhere), dead)
  })
  t.test('counts one mishap once, however many were under way', async (t) => {
    const it = rig([100, 100])
    const lane = it.lanes[0]!
    for (let i = 0; i < 100; i++) lane.take(it.now)
    for (let i = 0; i < 100; i++) lane.unreachable(0, 1000)
    t.notOk(lane.isOpen(1999))
    t.ok(lane.isOpen(2000))
  })
  t.test('is asked like before where no other is up', async (t) => {
    const it = rig([10, 10])
    for (const lane of it.lanes) trip(it, lane)
    for (let i = 0; i < 20; i++) t.ok(it.places.take(anywhere) instanceof Lane)
    t.equal(it.places.waiting, 0)
  })
  t.test('two failures between replies are no reason', async (t) => {
    const it = rig([100, 100])
    const lane = it.lanes[0]!
    for (let i = 0; i < 50; i++) {
      for (const end of ['unreachable', 'overloaded', 'replied'] as const) {
        lane.take(it.now)
        if (end === 'replied') lane.replied(it.now, it.now, 1)
        else lane[end](it.now, it.now)
        t.ok(lane.isUp)
      }
    }
  })
})

t.test('whoever waits with a signal that aborts is turned away, others keep their order', async (t) => {
  const { lanes: [lane], places, done } = rig([1])
  const control = new AbortController()
  const reason = new AbortedError('enough')
  void places.take(anywhere, control.signal)
  const order: number[] = []
  const settled = Promise.allSettled([0, 1, 2, 3, 4, 5].map(async (i) => {
    done(await places.take(anywhere, i % 2 === 0 ? control.signal : undefined))
    order.push(i)
  }))
  t.equal(places.waiting, 6)
  control.abort(reason)
  t.equal(places.waiting, 3)
  await t.rejects(Promise.resolve(places.take(anywhere, control.signal)), reason)
  done(lane!)
  t.strictSame((await settled).map(({ status }) => status), ['rejected', 'fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'])
  t.strictSame(order, [1, 3, 5])
  t.match(places, { held: 0, waiting: 0 })
})

t.test('where no lane is in all wait, until one is', async (t) => {
  const { lanes, places } = rig([5, 5])
  lanes[0]!.presence = 'drained'
  lanes[1]!.presence = 'draining'
  const taken = places.take(anywhere)
  t.equal(places.waiting, 1)
  places.wake()
  t.equal(places.waiting, 1)
  const third = new Lane(clients[2]!, 5, null)
  t.notOk(places.hasOther(third))
  lanes.push(third)
  places.wake()
  t.equal(await taken, third)
})

t.test('affinity', async (t) => {
  t.test('siblings share a lane, seeds are spread by limit', async (t) => {
    const { lanes, places, done } = rig([100, 300])
    for (let seed = 0; seed < 400; seed++) {
      const went = await Promise.all([0, 1, 2].map(() => places.take({ ...anywhere, affinity: `seed-${seed}` })))
      t.equal(new Set(went).size, 1)
      for (const lane of went) done(lane)
    }
    const share = lanes[1]!.sent / (lanes[0]!.sent + lanes[1]!.sent)
    t.ok(share > 0.68 && share < 0.82, `${share} of the seeds`)
  })
  t.test('lanes that are added, drained and replaced move no other seeds than they must', async (t) => {
    const { lanes, places, done } = rig([100, 100])
    const homes = async (): Promise<number[]> => {
      const homes: number[] = []
      for (let seed = 0; seed < 200; seed++) {
        const lane = await places.take({ ...anywhere, affinity: `seed-${seed}` })
        homes.push(lanes.indexOf(lane))
        done(lane)
      }
      return homes
    }
    const two = await homes()
    lanes.push(new Lane(clients[2]!, 100, null))
    lanes[2]!.presence = 'new'
    t.strictSame(await homes(), two, 'it is not asked before it is in')
    lanes[2]!.presence = 'in'
    const three = await homes()
    t.ok(three.every((home, seed) => home === 2 || home === two[seed]))
    const moved = three.filter((home) => home === 2).length
    t.ok(moved > 45 && moved < 90, `${moved} of 200 to the third`)
    lanes[0]!.presence = 'draining'
    const without = await homes()
    t.ok(without.every((home, seed) => (three[seed] === 0 ? home > 0 : home === three[seed])))
    lanes[0]!.presence = 'drained'
    lanes[0] = new Lane(clients[0]!, 100, null)
    t.strictSame(await homes(), three, 'what comes back has its own again')
  })
  t.test('a lane that is clearly fuller is not waited for, and no place stays empty', async (t) => {
    const { lanes, places } = rig([8, 8])
    for (let i = 0; i < 8; i++) void places.take({ ...anywhere, affinity: 'one seed' })
    t.strictSame(lanes.map(({ flying }) => flying).sort(), [3, 5])
    for (let i = 0; i < 8; i++) t.ok(places.take({ ...anywhere, affinity: 'one seed' }) instanceof Lane)
    t.strictSame(lanes.map(({ flying }) => flying), [8, 8])
  })
  t.test('when all is full the ones at home in the lane that falls free go first', async (t) => {
    const { lanes: [a, b], places, done } = rig([1, 1])
    const homeOf = async (affinity: string): Promise<Lane> => {
      const lane = await places.take({ ...anywhere, affinity })
      done(lane)
      return lane
    }
    const seeds = Array.from({ length: 40 }, (_, i) => `seed ${i}`)
    const homes = new Map<string, Lane>()
    for (const seed of seeds) homes.set(seed, await homeOf(seed))
    void places.take(anywhere)
    void places.take(anywhere)
    let atHome = 0
    let ended = 0
    for (const affinity of seeds) {
      void Promise.resolve(places.take({ ...anywhere, affinity })).then((lane) => {
        ended++
        if (lane === homes.get(affinity)) atHome++
        done(lane)
      })
    }
    done(a!)
    done(b!)
    while (ended < seeds.length) await turn()
    t.ok(atHome >= 0.8 * seeds.length, `${atHome} of ${seeds.length}`)
  })
})

t.test('never more than the limits, never idle while one could go, nobody is forgotten', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('take' as const), failedOn: fc.array(fc.nat(2), { maxLength: 3 }), affinity: fc.option(fc.constantFrom('a', 'b', 'c')) }),
    fc.record({ kind: fc.constantFrom('replied' as const, 'unreachable' as const, 'overloaded' as const, 'dropped' as const), which: fc.nat(100) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(5000) }),
  )
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
    const it = rig([1, 2, 3], 5)
    const flying: { lane: Lane, at: number }[] = []
    let [asked, ended] = [0, 0]
    const settle = (lane: Lane): void => void flying.push({ lane, at: it.now })
    for (const step of steps) {
      if (step.kind === 'take') {
        asked++
        const taken = it.places.take({ failedOn: step.failedOn.map((i) => it.lanes[i]!), affinity: step.affinity })
        if (taken instanceof Lane) settle(taken)
        else void taken.then(settle)
      } else if (step.kind === 'wait') {
        it.now += step.ms
        it.places.wake()
      } else if (flying.length > 0) {
        const [{ lane, at }] = flying.splice(step.which % flying.length, 1) as [{ lane: Lane, at: number }]
        if (step.kind === 'replied') lane.replied(at, it.now, 1)
        else if (step.kind === 'dropped') lane.dropped(at)
        else lane[step.kind](at, it.now)
        it.places.free()
        ended++
      }
      await Promise.resolve()
      await Promise.resolve()
      if (it.places.held > 5 || it.lanes.some(({ flying, limit }) => flying > limit || flying < 0)) return false
      if (it.places.held !== flying.length || it.places.held + it.places.waiting !== asked - ended) return false
    }
    // With everything answered and every rest over, all that wait get their turn.
    for (let i = 0; flying.length > 0 || it.places.waiting > 0; i++) {
      if (i > 1000) return false
      it.now += 60_000
      for (const { lane, at } of flying.splice(0)) {
        lane.replied(at, it.now, 1)
        it.places.free()
      }
      it.places.wake()
      await turn()
    }
    return true
  }), { numRuns: 300 })
})
