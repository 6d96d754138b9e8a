import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openState, readLineage } from '../../dist/run/state.js'

const reply = (text: string) => ({
  text, finishReason: 'stop', usage: { promptTokens: 5, cachedPromptTokens: 0, completionTokens: 7 },
  reasoning: null, model: 'm', latencyMs: 12.5, endpoint: 'http://127.0.0.1:1',
})
const key = (n: number) => n.toString(16).padStart(32, '0')

t.test('a reply comes back as it was, also after reopening', async (t) => {
  const folder = join(t.testdir(), 'state.v1')
  const first = await openState(folder, 'a-lineage')
  t.equal(await first.get(key(1)), undefined)
  await Promise.all([first.put(key(1), reply('one')), first.put(key(2), reply('zwei 二 \u{1F600}'))])
  t.same(await first.get(key(2)), reply('zwei 二 \u{1F600}'))
  await first.close()
  const second = await openState(folder, 'a-lineage')
  t.same(await second.get(key(1)), reply('one'))
  t.equal(second.replies, 2)
  await second.close()
})

t.test('a reply whose put resolved survives kill -9', async (t) => {
  const folder = t.testdir()
  const script = join(folder, 'writer.mjs')
  await writeFile(script, `
    import { openState, readLineage } from ${JSON.stringify(new URL('../../dist/run/state.js', import.meta.url).href)}
    const state = await openState(${JSON.stringify(join(folder, 'state'))}, 'a-lineage')
    for (let n = 0; ; n++) {
      await state.put(n.toString(16).padStart(32, '0'), { text: 'reply ' + n })
      console.log(n)
    }`)
  const writer = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  let acknowledged = -1
  for await (const chunk of writer.stdout) {
    const lines = String(chunk).trimEnd().split('\n')
    acknowledged = Number(lines.at(-1))
    if (acknowledged > 200) break
  }
  writer.kill('SIGKILL')
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit')
  const state = await openState(join(folder, 'state'), 'a-lineage')
  for (let n = 0; n < acknowledged; n++) {
    if ((await state.get(key(n)))?.text !== `reply ${n}`) t.fail(`reply ${n} was acknowledged and is gone`)
  }
  t.ok(state.replies >= acknowledged)
  await state.close()
})

t.test('it closes and opens itself again under load, and loses nothing', async (t) => {
  const state = await openState(join(t.testdir(), 'state'), 'a-lineage')
  const big = 'x'.repeat(1_000_000)
  const puts = Array.from({ length: 80 }, async (_, n) => {
    await state.put(key(n), reply(`${n} ${big}`))
    t.equal((await state.get(key(n)))?.text.length, `${n} ${big}`.length)
    t.equal(await state.get(key(1000 + n)), undefined)
  })
  await Promise.all(puts)
  for (let n = 0; n < 80; n++) if (!(await state.get(key(n)))?.text.startsWith(`${n} `)) t.fail(`reply ${n}`)
  t.equal(state.replies, 80)
  await state.close()
})

t.test('a folder that cannot be made is one clear error', async (t) => {
  const folder = t.testdir({ taken: 'a file' })
  await t.rejects(openState(join(folder, 'taken', 'state'), 'a-lineage'), { code: 'STREAM_SINK_FAILED', message: /cannot keep run state in .*taken/ })
})

t.test('the lineage outlives the process and belongs to the folder', async (t) => {
  const folder = join(t.testdir(), 'state')
  const before = await readLineage(folder)
  t.not(await readLineage(folder), before, 'made anew while there is no state')
  t.notOk(existsSync(folder), 'reading makes nothing')
  const state = await openState(folder, before)
  await state.close()
  t.equal(await readLineage(folder), before)
})
