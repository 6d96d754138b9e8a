import fc from 'fast-check'
import t from 'tap'
import { Slots } from '../../dist/endpoint/slots.js'

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

t.test('first come first served', async (t) => {
  const slots = new Slots(2)
  t.equal(slots.take(), undefined, 'a free slot costs no promise')
  t.equal(slots.take(), undefined)
  const order: number[] = []
  for (let i = 0; i < 3; i++) void slots.take()?.then(() => order.push(i))
  t.match(slots, { held: 2, waiting: 3 })
  await turn()
  t.strictSame(order, [])
  slots.free()
  slots.free()
  await turn()
  t.strictSame(order, [0, 1])
  t.match(slots, { held: 2, waiting: 1 })
  slots.free()
  slots.free()
  slots.free()
  t.match(slots, { held: 0, waiting: 0 })
})

t.test('the limit moves while running', async (t) => {
  const slots = new Slots(1)
  for (let i = 0; i < 6; i++) void slots.take()
  slots.limit = 4
  t.match(slots, { held: 4, waiting: 2, limit: 4 }, 'a higher one counts at once')
  slots.limit = 2
  t.match(slots, { held: 4, waiting: 2 }, 'a lower one as slots come back')
  slots.free()
  slots.free()
  t.match(slots, { held: 2, waiting: 2 })
  slots.free()
  t.match(slots, { held: 2, waiting: 1 })
})

t.test('a long queue keeps its order', async (t) => {
  const slots = new Slots(1)
  const order: number[] = []
  for (let i = 0; i < 5000; i++) {
    const taken = slots.take()
    if (taken) void taken.then(() => order.push(i))
  }
  for (let i = 0; i < 5000; i++) slots.free()
  await turn()
  t.equal(order.length, 4999)
  t.ok(order.every((n, i) => n === i + 1))
  t.match(slots, { held: 0, waiting: 0 })
})

t.test('never more than the limit, never idle while one waits', async (t) => {
  const step = fc.oneof(fc.constant('take' as const), fc.constant('free' as const), fc.integer({ min: 1, max: 5 }))
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(step), (steps) => {
    const slots = new Slots(3)
    let ceiling = 3
    let [asked, freed] = [0, 0]
    for (const step of steps) {
      const before = slots.held
      if (step === 'take') {
        asked++
        void slots.take()
      } else if (step === 'free' && before > 0) {
        freed++
        slots.free()
      } else if (typeof step === 'number') {
        ceiling = slots.limit = step
      }
      if (slots.held > Math.max(ceiling, before)) return false
      if (slots.waiting > 0 && slots.held < ceiling) return false
      if (slots.held + slots.waiting !== asked - freed) return false
    }
    return true
  })))
})
