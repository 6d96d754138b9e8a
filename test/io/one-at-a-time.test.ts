import t from 'tap'
import { setImmediate } from 'node:timers/promises'
import { OneAtATime } from '../../dist/io/one-at-a-time.js'

t.test('work is done in the order in which it came, never two at once', async (t) => {
  const turns = new OneAtATime()
  const seen: string[] = []
  const work = (name: string) => async (): Promise<void> => {
    seen.push(`${name} begins`)
    await setImmediate()
    seen.push(`${name} ends`)
  }
  await Promise.all([turns.run(work('a')), turns.run(work('b'))])
  t.same(seen, ['a begins', 'a ends', 'b begins', 'b ends'])
})

t.test('after the first error everything rejects with it', async (t) => {
  const turns = new OneAtATime()
  const first = new Error('first')
  const failing = turns.run(async () => { throw first })
  const after = turns.run(async () => { t.fail('must not run') })
  await t.rejects(failing, first)
  await t.rejects(after, first)
  turns.end(new Error('second'))
  await t.rejects(turns.run(async () => {}), first)
  t.ok(turns.failed)
  await turns.idle()
})

t.test('end lets what runs finish and nothing more in', async (t) => {
  const turns = new OneAtATime()
  let done = false
  const running = turns.run(async () => {
    await setImmediate()
    done = true
  })
  await setImmediate()
  const end = new Error('over')
  turns.end(end)
  await t.rejects(turns.run(async () => { t.fail('must not run') }), end)
  await running
  t.ok(done)
})
