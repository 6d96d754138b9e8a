import { join } from 'node:path'
import t from 'tap'
import { openTextJudge } from '../../dist/run/text-judge.js'
import { checkTokenizer } from '../../dist/run/tokenizer-check.js'
import { ruleSets } from '../../dist/text/rules.js'

const varied = Array.from({ length: 60 }, (_, k) => `q${k}q`).join(' ')
const texts = ['', 'two words', 'loop '.repeat(60), varied, '\u4e2d\ud83d\ude00']

t.test('judges as the rules do, in order', async (t) => {
  const judge = openTextJudge()
  t.teardown(() => judge.close())
  const batches = await Promise.all([
    judge.judge(['gopher'], texts),
    judge.judge(['gopher_repetition'], texts),
    judge.judge(['gopher'], [...texts].reverse()),
    judge.judge(['gopher'], []),
  ])
  t.same(batches, [
    texts.map(ruleSets.gopher), texts.map(ruleSets.gopher_repetition), [...texts].reverse().map(ruleSets.gopher), [],
  ])
})

t.test('counts tokens; special tokens are plain text', async (t) => {
  const judge = openTextJudge()
  t.teardown(() => judge.close())
  const [none, hello, special] = await judge.countTokens(['', 'Hello world', '<|endoftext|>'])
  t.equal(none, 0)
  t.equal(hello, 2)
  t.ok(special! > 1, 'not the one token that ends a document')
})

t.test('spreads batches over threads', async (t) => {
  const judge = openTextJudge({ threads: 2 })
  t.teardown(() => judge.close())
  const batches = Array.from({ length: 20 }, (_, k) => [`${'word '.repeat(k)}end`])
  const answers = await Promise.all(batches.map((batch) => judge.judge(['gopher_repetition'], batch)))
  t.same(answers, batches.map((batch) => batch.map(ruleSets.gopher_repetition)))
})

t.test('rejects with what a rule threw and goes on', async (t) => {
  const judge = openTextJudge()
  t.teardown(() => judge.close())
  await t.rejects(judge.judge(['no such rules' as 'gopher'], texts), { name: 'TypeError' })
  t.same(await judge.judge(['gopher'], texts), texts.map(ruleSets.gopher))
})

t.test('a thread that dies rejects what is pending, and later calls, with the cause', async (t) => {
  // The tokenizer's tables do not fit into this heap.
  const judge = openTextJudge({ resourceLimits: { maxOldGenerationSizeMb: 8 } })
  t.teardown(() => judge.close())
  const pending: readonly Promise<unknown>[] = [judge.countTokens(texts), judge.judge(['gopher'], texts)]
  const rejections = await Promise.allSettled(pending)
  for (const rejection of rejections) {
    t.match(rejection, { status: 'rejected', reason: { message: /^text worker failed: .*memory/ } })
    t.match(rejection, { reason: { cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' } } })
  }
  await t.rejects(judge.judge(['gopher'], texts), { message: /^text worker failed/ })
})

t.test('close rejects what is pending and may be called twice', async (t) => {
  const judge = openTextJudge()
  const pending = judge.judge(['gopher'], texts)
  const closed = judge.close()
  await t.rejects(pending, { message: 'text worker is closed' })
  await closed
  await judge.close()
  await t.rejects(judge.judge(['gopher'], texts), { message: 'text worker is closed' })
})

t.test('counts by the tokenizer that it is given', async (t) => {
  const bytes = { type: 'ByteLevel', add_prefix_space: false, use_regex: false }
  const vocab = Object.fromEntries([...'Helo wrd'].map((letter, id) => [letter === ' ' ? 'Ġ' : letter, id]))
  const file = join(t.testdir({ 'tokenizer.json': JSON.stringify({ model: { type: 'BPE', vocab, merges: [] }, pre_tokenizer: bytes }) }), 'tokenizer.json')
  for (const [tokenizer, count] of [[file, 11], ['cl100k_base', 2], ['o200k_base', 2]] as const) {
    const judge = openTextJudge({ tokenizer })
    t.teardown(() => judge.close())
    t.same(await judge.countTokens(['Hello world']), [count], tokenizer)
  }
  const judge = openTextJudge({ tokenizer: `${file}.none` })
  t.teardown(() => judge.close())
  await t.rejects(checkTokenizer(`${file}.none`, judge), {
    code: 'STREAM_CONFIG_INVALID', message: /none: no such file, expected o200k_base, cl100k_base or a tokenizer\.json/,
  })
  await checkTokenizer('o200k_base', judge)
})
