import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openDedupeThread, type DedupeThread, type DedupeThreadOptions } from '../../dist/run/dedupe-thread.js'
import type { Twin } from '../../dist/stages/dedupe.js'
import { exactKey } from '../../dist/text/fingerprint.js'
import { MinHash, minHashDefaults } from '../../dist/text/minhash.js'
import { normalizeForDedupe } from '../../dist/text/normalize.js'

const defaults: DedupeThreadOptions = {
  mode: 'minhash', minhash: minHashDefaults, memory: 16_000_000, spillFolder: null, indexFolder: null, lineage: 'test',
}

async function open(t: Test, options: Partial<DedupeThreadOptions> = {}): Promise<DedupeThread> {
  const thread = await openDedupeThread({ ...defaults, ...options })
  t.teardown(() => thread.close())
  return thread
}

const idsOf = (texts: readonly string[], name = ''): string[] => texts.map((_, k) => `${name}${k}`)

async function findAll(thread: DedupeThread, texts: readonly string[], batch = texts.length): Promise<readonly (Twin | null)[]> {
  const ids = idsOf(texts)
  const calls = []
  for (let at = 0; at < texts.length; at += batch) calls.push(thread.find({ ids: ids.slice(at, at + batch), texts: texts.slice(at, at + batch) }))
  return (await Promise.all(calls)).flat()
}

/** Letters, since MinHash takes one number for another. */
const word = (n: number): string => [...String(n)].map((digit) => 'klmnoprstu'[Number(digit)]).join('')

/** Texts of 40 to 80 words; half are earlier ones with up to 3 words changed, or with other case and blanks. */
function texts(count: number, seed = 1): string[] {
  let state = seed
  const random = (below: number): number => {
    state = (state + 0x9e3779b9) | 0
    const mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    return Math.floor((((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32) * below)
  }
  const made: string[][] = []
  for (let k = 0; k < count; k++) {
    const copied = k > 0 && random(2) === 0
    const words = copied ? [...made[random(k)]!] : Array.from({ length: 40 + random(40) }, () => word(random(5000)))
    if (copied) for (let n = random(6) - 2; n > 0; n--) words[random(words.length)] = word(random(5000))
    made.push(words)
  }
  return made.map((words, k) => (k % 3 ? words.join(' ') : `  ${words.join('\n ').toUpperCase()} `))
}

/** The rule itself: a scan over everything kept. */
function naive(all: readonly string[]): (Twin | null)[] {
  const hash = new MinHash(minHashDefaults)
  const kept: { id: string; exact: string; keys: Set<string>; sketch: Uint32Array }[] = []
  return all.map((text, k) => {
    const words = new Uint32Array(3)
    exactKey(normalizeForDedupe(text), words)
    const pairs = new Uint32Array(hash.bands * 2)
    const sketch = new Uint32Array(hash.sketchWords)
    const keys = new Set<string>()
    if (hash.sign(text, pairs, sketch)) for (let at = 0; at < pairs.length; at += 2) keys.add(`${pairs[at]} ${pairs[at + 1]}`)
    const exact = kept.find((each) => each.exact === words.join(' '))
    if (exact) return { of: exact.id, kind: 'exact', jaccard: 1, earlierRun: false }
    const near = kept
      .filter((each) => [...keys].some((key) => each.keys.has(key)))
      .map(({ id, sketch: other }) => ({ of: id, kind: 'near' as const, jaccard: hash.jaccard(sketch, 0, other, 0), earlierRun: false }))
      .toSorted((a, b) => b.jaccard - a.jaccard)[0]
    if (near) return near
    kept.push({ id: String(k), exact: words.join(' '), keys, sketch })
    return null
  })
}

t.test('verdicts are those of a scan, whatever the batch and the memory', async (t) => {
  const all = texts(400)
  const expected = naive(all)
  t.ok(expected.filter((twin) => twin?.kind === 'exact').length > 5, 'there are exact twins')
  t.ok(expected.filter((twin) => twin?.kind === 'near').length > 50, 'and near ones')
  for (const [batch, memory] of [[1, 0], [7, 0], [400, 5000], [64, 60_000], [13, 64_000_000]] as const) {
    const thread = await open(t, { memory })
    t.same(await findAll(thread, all, batch), expected, `batches of ${batch}, ${memory} bytes`)
    t.equal((await thread.stats()).documents, expected.filter((twin) => twin === null).length)
  }
})

t.test('between messages what was spilled is merged', async (t) => {
  const thread = await open(t, { memory: 0 })
  const { length: kept } = naive(texts(300)).filter((twin) => twin === null)
  await findAll(thread, texts(300))
  let { segments } = await thread.stats()
  t.ok(segments > 50 && segments < kept, `${segments} of ${kept} documents at first`)
  for (let asked = 0; segments > 12 && asked < 1000; asked++) ({ segments } = await thread.stats())
  t.ok(segments <= 12, `${segments} in the end`)
})

t.test('exact mode finds equal texts only', async (t) => {
  const thread = await open(t, { mode: 'exact', memory: 0 })
  const long = texts(1)[0]!
  t.same(await findAll(thread, ['One  page', long, ' one\nPAGE ', `${long} more`, long]), [
    null, null, { of: '0', kind: 'exact', jaccard: 1, earlierRun: false }, null, { of: '1', kind: 'exact', jaccard: 1, earlierRun: false },
  ])
})

t.test('odd texts: none, one word, lone surrogates, 50 MB', async (t) => {
  const thread = await open(t)
  const huge = 'one word after the other and some more '.repeat(1_300_000)
  const odd = ['', 'word', '\ud800', 'a \udc00 b', ' WORD\n', huge, `${huge} end`, '']
  t.same((await findAll(thread, odd)).map((twin) => twin && `${twin.kind} ${twin.of}`), [null, null, null, null, 'exact 1', null, 'near 5', 'exact 0'])
  t.same(await thread.find({ ids: [], texts: [] }), [])
})

t.test('10,000 pages of one template have one owner', async (t) => {
  const thread = await open(t, { memory: 20_000 })
  const page = texts(1)[0]!
  const pages = Array.from({ length: 10_000 }, (_, k) => `${page} ${word(k)}`)
  const twins = await findAll(thread, pages, 500)
  t.ok(twins.filter((twin) => twin === null).length < 300, 'few differ enough')
  t.ok(twins.filter((twin) => twin?.of === '0').length > 5000)
})

t.test('a folder is kept across runs; a repeated run is not its own twin', async (t) => {
  const folder = t.testdir()
  const all = texts(200)
  const expected = naive(all)
  const indexFolder = join(folder, 'index')
  for (const [lineage, memory] of [['a', 0], ['a', 64_000_000]] as const) {
    const thread = await open(t, { indexFolder, spillFolder: join(folder, 'spill'), lineage, memory })
    t.same(await findAll(thread, all, 30), expected, 'the same again')
    await thread.commit()
    await thread.close()
  }
  for (const memory of [0, 1_000_000]) {
    const other = await open(t, { indexFolder, lineage: 'b', memory })
    const twins = await findAll(other, all, 17)
    t.ok(twins.every((twin) => twin?.earlierRun), 'all are of the earlier run')
    t.same(twins.filter((_, k) => expected[k] === null), idsOf(all).filter((_, k) => expected[k] === null).map((of) => ({ of, kind: 'exact', jaccard: 1, earlierRun: true })))
    await other.close()
  }
})

/** A child that finds all texts in batches, says so after each, and commits at the end. */
async function startRun(folder: string, count: number, memory: number) {
  const script = join(folder, 'run.mjs')
  await writeFile(script, `
    import { openDedupeThread } from ${JSON.stringify(new URL('../../dist/run/dedupe-thread.js', import.meta.url).href)}
    process.on('message', async ({ options, texts }) => {
      const thread = await openDedupeThread(options)
      for (let at = 0; at < texts.length; at += 20) {
        await thread.find({ ids: texts.slice(at, at + 20).map((_, k) => String(at + k)), texts: texts.slice(at, at + 20) })
        console.log(at)
      }
      const committed = thread.commit()
      console.log('committing')
      await committed
      process.disconnect()
    })`)
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  child.send({ options: { ...defaults, memory, indexFolder: join(folder, 'index'), spillFolder: join(folder, 'spill'), lineage: 'killed' }, texts: texts(count) })
  return child
}

t.test('kill -9 leaves nothing that counts: the run repeated has the verdicts of one that was not killed', async (t) => {
  for (const until of ['600\n', 'committing']) {
    const folder = t.testdir()
    const child = await startRun(folder, 1200, 30_000)
    let said = ''
    for await (const chunk of child.stdout!) {
      said += String(chunk)
      if (said.includes(until)) break
    }
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    t.equal(child.signalCode, 'SIGKILL')
    const all = texts(1200)
    const expected = naive(all)
    const other = await open(t, { indexFolder: join(folder, 'index'), lineage: 'other' })
    const [first] = await other.find({ ids: ['x'], texts: [all[0]!] })
    t.equal(first, null, `killed after ${until.trim()}`)
    await other.close()
    const again = await open(t, { indexFolder: join(folder, 'index'), spillFolder: join(folder, 'spill'), lineage: 'killed', memory: 30_000 })
    t.same(readdirSync(join(folder, 'spill')), [], 'what was spilled before is gone')
    t.same(await findAll(again, all, 100), expected)
    await again.commit()
    await again.close()
  }
})

t.test('two runs at once on one folder', async (t) => {
  const indexFolder = join(t.testdir(), 'index')
  const [one, two] = [texts(300, 1), texts(300, 2)]
  const a = await open(t, { indexFolder, lineage: 'a', memory: 20_000 })
  const b = await open(t, { indexFolder, lineage: 'b', memory: 20_000 })
  t.same(await Promise.all([findAll(a, one, 10), findAll(b, two, 10)]), [naive(one), naive(two)])
  await Promise.all([a.commit(), b.commit()])
  const c = await open(t, { indexFolder, lineage: 'c' })
  t.ok((await findAll(c, [...one, ...two])).every((twin) => twin?.earlierRun), 'both are whole')
})

t.test('a folder that cannot be used is one clear error', async (t) => {
  const folder = t.testdir({ taken: 'a file', bad: { 'data.mdb': 'x'.repeat(10_000) } })
  const rejects = (options: Partial<DedupeThreadOptions>, message: RegExp) =>
    t.rejects(openDedupeThread({ ...defaults, ...options }), { code: 'STREAM_CONFIG_INVALID', message })
  await rejects({ indexFolder: join(folder, 'taken', 'index') }, /^dedupe index in .*taken.index: .*(ENOTDIR|not a directory)/)
  await rejects({ spillFolder: join(folder, 'taken', 'spill') }, /^dedupe index in .*taken.spill: .*(ENOTDIR|not a directory)/)
  await rejects({ indexFolder: join(folder, 'bad') }, /^dedupe index in .*bad: data.mdb is no LMDB file/)
  await (await openDedupeThread({ ...defaults, indexFolder: join(folder, 'good') })).close()
  await rejects({ indexFolder: join(folder, 'good'), mode: 'exact' }, /^dedupe index in .*good: was made for minhash .*, this run is exact/)
  if (process.getuid?.() === 0) return
  await mkdir(join(folder, 'closed'))
  await chmod(join(folder, 'closed'), 0o500)
  await rejects({ indexFolder: join(folder, 'closed') }, /closed: /)
})

t.test('close may be called twice, rejects what is pending and removes the temporary folder', async (t) => {
  const folder = t.testdir()
  const TMPDIR = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  t.teardown(() => (TMPDIR === undefined ? delete process.env['TMPDIR'] : (process.env['TMPDIR'] = TMPDIR)))
  const thread = await openDedupeThread({ ...defaults, memory: 0 })
  await findAll(thread, texts(20))
  t.equal(readdirSync(folder).length, 1)
  const pending = thread.find({ ids: ['a'], texts: ['a'] })
  await Promise.all([thread.close(), t.rejects(pending, { message: 'dedupe thread is closed' })])
  await thread.close()
  t.same(readdirSync(folder), [])
  await t.rejects(thread.find({ ids: ['a'], texts: ['a'] }), { message: 'dedupe thread is closed' })
})
