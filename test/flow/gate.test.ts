import { getEventListeners } from 'node:events'
import t from 'tap'
import { Gate } from '../../dist/flow/gate.js'
import { settle } from './fakes.js'

const one = { rows: 1, bytes: 1 }

t.test('a thousand waits leave no listener behind', async (t) => {
  const { signal } = new AbortController()
  const gate = new Gate({ rows: 1, bytes: 10 })
  for (let i = 0; i < 1000; i++) {
    const entered = gate.enter(one, signal)
    if (i > 0) gate.leave(one)
    await entered
  }
  t.equal(gate.rows, 1)
  t.equal(getEventListeners(signal, 'abort').length, 0)
})

t.test('abort ends the wait with its reason', async (t) => {
  const stop = new AbortController()
  const gate = new Gate({ rows: 1, bytes: 10 })
  await gate.enter(one, stop.signal)
  const outcome = t.rejects(gate.enter(one, stop.signal), { message: 'stopped' })
  await settle()
  stop.abort(new Error('stopped'))
  await outcome
  t.equal(gate.rows, 1, 'nothing was taken')
})
