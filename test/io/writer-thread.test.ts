import t from 'tap'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Data, Field, Int32, List, Schema, Utf8 } from '../../dist/io/arrow.js'
import { toIpc, utf8Data } from '../../dist/io/column-data.js'
import { WriterThread } from '../../dist/io/writer-thread.js'
import { randomFrom } from './random-arrow.ts'

const options = { dictionaryColumns: [], createdBy: 'seedstream' }
const list = new List(new Field('item', new Int32(), true))
const schema = new Schema([new Field('x', new Utf8(), true), new Field('l', list, true)])

/** Three rows. */
function block(): Uint8Array<ArrayBuffer> {
  const items = new Data(new Int32(), 0, 4, 0, [undefined, Int32Array.of(1, 2, 3, 4)] as never)
  const lists = new Data(list, 0, 3, 0, [Int32Array.of(0, 2, 2, 4)] as never, [items])
  return toIpc(schema, [utf8Data(['a', null, 'longer than twelve bytes']), lists], 3)
}

t.test('a damaged block, even one that makes the encoder panic, costs its own file only', async (t) => {
  const folder = t.testdir()
  const thread = new WriterThread()
  t.teardown(() => thread.stop())
  const random = randomFrom(1)
  let crashes = 0
  let refused = 0
  for (let n = 0; n < 150; n++) {
    const sound = thread.open(join(folder, `.sound${n}.tmp`), options)
    await sound.write(block())
    const damaged = thread.open(join(folder, `.damaged${n}.tmp`), options)
    const bytes = block()
    for (let flip = 0; flip < 3; flip++) bytes[random(bytes.length)]! ^= 1 << random(8)
    try {
      await damaged.write(bytes)
      await damaged.close(join(folder, `damaged${n}.parquet`), 3)
    } catch (error) {
      refused++
      if (/crashed/.test((error as Error).message)) crashes++
      await damaged.discard()
    }
    await sound.write(block())
    await sound.close(join(folder, `sound${n}.parquet`), 6)
  }
  t.ok(refused > 50, `${refused} refused`)
  t.ok(crashes > 0, `${crashes} crashes`)
  const names = readdirSync(folder)
  t.equal(names.filter((name) => name.startsWith('sound')).length, 150)
  t.same(names.filter((name) => name.startsWith('.')), [])
})

t.test('a stopped thread rejects what waits and what comes', async (t) => {
  const folder = t.testdir()
  const thread = new WriterThread()
  const file = thread.open(join(folder, '.x.tmp'), options)
  const waiting = file.write(block())
  const rejected = t.rejects(waiting, /stopped/)
  await thread.stop()
  await rejected
  await t.rejects(file.close(join(folder, 'x.parquet'), 3), /stopped/)
  await t.rejects(thread.open(join(folder, '.y.tmp'), options).write(block()), /stopped/)
})

t.test('a file that cannot be opened says so on its own calls', async (t) => {
  const thread = new WriterThread()
  t.teardown(() => thread.stop())
  const file = thread.open(join(t.testdir(), 'no', 'such', 'folder'), options)
  await t.rejects(file.write(block()), /ENOENT/)
  await t.rejects(file.close('anywhere', 3), /ENOENT/)
  await t.rejects(file.discard(), /ENOENT/)
})
