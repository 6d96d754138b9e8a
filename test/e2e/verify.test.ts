import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { tableFromIPC, tableToIPC, type Table } from 'apache-arrow'
import t from 'tap'
import { answering, readParts, readSummary, root, run, seeds, start } from './stream-process.js'

const parquet = createRequire(import.meta.url)('parquet-wasm') as typeof import('parquet-wasm')

function verify(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin', 'verify.js'), ...args], { encoding: 'utf8' })
  return { code: status, stdout, stderr }
}

const verdict = (folder: string, ...args: string[]) =>
  JSON.parse(verify(folder, '--json', ...args).stdout) as import('../../dist/run/verify.js').Verdict

/** Write a part anew without passing through the ledger. */
function rewrite(path: string, change: (table: Table) => Table): void {
  const table = tableFromIPC(parquet.readParquet(readFileSync(path)).intoIPCStream())
  writeFileSync(path, parquet.writeParquet(parquet.Table.fromIPCStream(tableToIPC(change(table), 'stream'))))
}

const folder = t.testdir()
const whole = join(folder, 'whole')
const partsOf = (out: string) => readdirSync(out).filter((name) => name.startsWith('part-')).toSorted()
const idAt = (out: string, part: string, n: number) =>
  String(tableFromIPC(parquet.readParquet(readFileSync(join(out, part))).intoIPCStream()).get(n)!.toJSON()['id'])

t.before(async () => {
  const { code, stderr } = await run([seeds, whole, '--part-size', '20KB', '--quiet'])
  if (code !== 0) throw new Error(stderr)
})

t.test('a run that ended proves itself: exit 0, a line for each book', async (t) => {
  const { code, stdout, stderr } = verify(whole)
  t.equal(code, 0, stdout + stderr)
  t.equal(stderr, '')
  const { seeds, requests, outputs, tokens } = readSummary(whole)
  const { proof, violations, run } = verdict(whole)
  t.same(violations, [])
  t.equal(run, readSummary(whole).run.id)
  t.match(proof, {
    parts: partsOf(whole).length, seeds: { received: seeds.received, kept: seeds.kept },
    requests: { planned: requests.planned, written: outputs.written }, tokens_kept: tokens.kept,
  })
  t.ok(proof!.parts > 2 && proof!.rejected_parts > 1, 'there was something to prove')
  t.match(stdout, /^proven: run .*\n {2}parts .*\n {2}seeds .*\n {2}requests .*\n {2}ids .*\n {2}tokens .*\n {2}summary /)
})

type Harm = (out: string, second: string) => { part?: string; row?: string; what: RegExp } | { part?: string; row?: string; what: RegExp }[]

/** What somebody, or a disk, may do to a folder, and what must then be said. `second` is a part with several rows. */
const harms: Record<string, Harm> = {
  'a part is deleted': (out, second) => {
    const row = idAt(out, second, 0)
    rmSync(join(out, second))
    return { part: second, what: new RegExp(`is missing, with its \\d+ rows, the first of them ${row}`) }
  },
  'a row is removed': (out, second) => {
    const row = idAt(out, second, 3)
    rewrite(join(out, second), (table) => table.slice(0, 3).concat(table.slice(4)))
    return { part: second, row, what: /is in the ledger and not in the part/ }
  },
  'a row is doubled': (out, second) => {
    const row = idAt(out, second, 3)
    rewrite(join(out, second), (table) => table.concat(table.slice(3, 4)))
    return { part: second, row, what: /more often than in the ledger/ }
  },
  'a row is moved to another part': (out, second) => {
    const row = idAt(out, second, 3)
    const first = partsOf(out)[0]!
    let moved: Table
    rewrite(join(out, second), (table) => {
      moved = table.slice(3, 4)
      return table.slice(0, 3).concat(table.slice(4))
    })
    rewrite(join(out, first), (table) => table.concat(moved))
    return [{ part: second, row, what: /not in the part/ }, { part: first, row, what: new RegExp(`belongs in ${second}`) }]
  },
  'one text is changed': (out, second) => {
    const [row, text] = [idAt(out, second, 0), String(readParts(out).find(({ id }) => id === idAt(out, second, 0))!['text'])]
    const path = join(out, second)
    const table = tableFromIPC(parquet.readParquet(readFileSync(path)).intoIPCStream())
    const bytes = Buffer.from(tableToIPC(table, 'stream'))
    bytes[bytes.indexOf(Buffer.from(text))]! ^= 1
    writeFileSync(path, parquet.writeParquet(parquet.Table.fromIPCStream(bytes)))
    return { part: second, row, what: /is not what was written/ }
  },
  'a part of rejects is deleted': (out) => {
    const part = `_rejected/${partsOf(join(out, '_rejected'))[0]}`
    rmSync(join(out, part))
    return { part, what: /is missing, with its \d+ rows/ }
  },
  'a rejected row is removed': (out) => {
    const dropped = (name: string) =>
      tableFromIPC(parquet.readParquet(readFileSync(join(out, '_rejected', name))).intoIPCStream())
        .toArray().findIndex((row) => row!.toJSON()['stage'] === 'dedupe')
    const name = partsOf(join(out, '_rejected')).find((each) => dropped(each) >= 0)!
    const at = dropped(name)
    rewrite(join(out, '_rejected', name), (table) => table.slice(0, at).concat(table.slice(at + 1)))
    return { part: `_rejected/${name}`, row: '#seed', what: /is in the ledger and not in the part/ }
  },
  'a part is cut short': (out, second) => {
    writeFileSync(join(out, second), readFileSync(join(out, second)).subarray(0, -100))
    return { part: second, what: /cannot be read/ }
  },
  'a column is dropped': (out, second) => {
    rewrite(join(out, second), (table) => table.select(table.schema.names.filter((name) => name !== 'genre')))
    return { part: second, what: /has other columns than part-00000/ }
  },
  'a file is added': (out) => {
    cpSync(seeds, join(out, 'more.parquet'))
    return { part: 'more.parquet', what: /is not the run's/ }
  },
  'the summary is edited': (out) => {
    const path = join(out, '_run', 'summary.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"written": (\d+)/, (_, n) => `"written": ${Number(n) + 1}`))
    return [{ what: /summary.json says outputs.written = \d+, the run ended with \d+/ }, { what: /outputs.written = \d+, the parts have \d+/ }]
  },
  'the summary is removed': (out) => {
    rmSync(join(out, '_run', 'summary.json'))
    return { what: /summary.json is missing/ }
  },
  '_SUCCESS is removed': (out) => {
    rmSync(join(out, '_SUCCESS'))
    return { what: /_SUCCESS is missing/ }
  },
  'the state is removed': (out) => {
    rmSync(join(out, '_run', 'state'), { recursive: true })
    return { what: /the ledger of run .* is not in .*state: say with --state-dir/ }
  },
}

for (const [name, harm] of Object.entries(harms)) {
  t.test(`it is named when ${name}`, async (t) => {
    const out = join(folder, 'harmed')
    rmSync(out, { recursive: true, force: true })
    cpSync(whole, out, { recursive: true })
    const expected = [harm(out, partsOf(out)[1]!)].flat()
    const { code, stdout } = verify(out, '--json')
    t.equal(code, 1)
    const { status, violations, violations_total: total } = JSON.parse(stdout) as ReturnType<typeof verdict>
    t.equal(status, 'broken')
    t.equal(violations.length, total)
    for (const { part, row, what } of expected) {
      const found = violations.filter((each) => what.test(each.what) && (part === undefined || each.part === part))
      t.equal(found.length, 1, `${what} once in ${JSON.stringify(violations)}`)
      if (row === '#seed') t.match(found[0]!.row, /^seed seeds\.parquet row \d+$/)
      else if (row !== undefined) t.equal(found[0]!.row, row)
    }
    // Beside what was expected only the books may be wrong, which are about no row.
    const rows = violations.filter((each) => each.row !== null).length
    t.equal(rows, expected.filter(({ row }) => row !== undefined).length)
  })
}

t.test('more violations than are named are counted', async (t) => {
  const out = join(folder, 'harmed')
  rmSync(out, { recursive: true, force: true })
  cpSync(whole, out, { recursive: true })
  rewrite(join(out, partsOf(out)[1]!), (table) => table.slice(0, 1))
  const { violations, violations_total: total } = verdict(out, '--violations', '3')
  t.equal(violations.length, 3)
  t.ok(total > 10)
  t.match(verify(out, '--violations', '3').stdout, /^broken: \d+ violations in run (.*\n){4} {2}and \d+ more/)
})

t.test('moved, copied, or rows in another order: still proven', async (t) => {
  const out = join(folder, 'moved')
  cpSync(whole, join(folder, 'copy'), { recursive: true })
  renameSync(join(folder, 'copy'), out)
  rewrite(join(out, partsOf(out)[1]!), (table) => table.slice(5).concat(table.slice(0, 5)))
  const { code, stdout } = verify(out)
  t.equal(code, 0, stdout)
})

t.test('the same document twice, without dedupe, has one id with two ends, and that is right', async (t) => {
  const out = join(folder, 'twice')
  const input = t.testdir()
  for (const name of ['a.parquet', 'b.parquet']) cpSync(seeds, join(input, name))
  t.equal((await run([input, out, '--dedupe', 'none', '--recipe', 'summarize', '--quiet', '--state-dir', join(folder, 'elsewhere')])).code, 0)
  const ids = readParts(out).map(({ id }) => id)
  t.ok(new Set(ids).size <= ids.length / 2)
  const { code, stdout } = verify(out)
  t.equal(code, 0, stdout)
  t.notOk(existsSync(join(out, '_run', 'state')))
  renameSync(join(folder, 'elsewhere'), join(folder, 'archive'))
  t.equal(verify(out).code, 1)
  t.equal(verify(out, '--state-dir', join(folder, 'archive')).code, 0)
})

t.test('interrupted: unfinished, not broken; at work: unfinished too; gone on: proven', async (t) => {
  const out = join(folder, 'killed')
  const endpoint = await answering(() => ({ afterMs: 5 }))
  t.teardown(() => endpoint.close())
  const args = [seeds, out, '--endpoint', endpoint.url, '--max-concurrency', '4', '--part-size', '10KB', '--quiet']
  const { child, ended } = start(args)
  while (!existsSync(out) || partsOf(out).length < 2) await new Promise((resolve) => setImmediate(resolve))
  child.kill('SIGSTOP') // it lives, and stands still until it was looked at
  const working = verify(out)
  t.equal(working.code, 1)
  t.match(working.stdout, new RegExp(`^unfinished: \\d+ parts so far, process ${child.pid} on .* is at work there\n$`))
  child.kill('SIGKILL')
  await ended
  const killed = verify(out)
  t.equal(killed.code, 1)
  t.match(killed.stdout, /^unfinished: \d+ parts so far, run the same command to go on\n$/)
  t.match(verdict(out), { status: 'unfinished', violations: [] })
  t.equal((await run(args)).code, 0)
  t.equal(verify(out).code, 0)
})

t.test('a second run into the folder is refused by the name of the first, and harms nothing', async (t) => {
  const out = join(folder, 'contended')
  const endpoint = await answering(() => ({ afterMs: 5 }))
  t.teardown(() => endpoint.close())
  const args = [seeds, out, '--endpoint', endpoint.url, '--max-concurrency', '4', '--part-size', '10KB', '--quiet']
  const first = start(args)
  while (!existsSync(out) || partsOf(out).length < 1) await new Promise((resolve) => setImmediate(resolve))
  first.child.kill('SIGSTOP') // it lives, and stands still until the second one was refused
  const second = await run(args)
  first.child.kill('SIGCONT')
  t.equal(second.code, 2)
  t.match(second.stderr, new RegExp(`^error: output .*contended: another run is at work there \\(process ${first.child.pid} on [^)]+\\).*\\[STREAM_OUTPUT_CONFLICT\\]\n$`))
  t.equal((await first.ended).code, 0)
  t.equal(verify(out).code, 0)
  const shared = join(folder, 'shared-state')
  const holder = start([seeds, join(folder, 'one'), ...args.slice(2), '--state-dir', shared])
  while (!existsSync(join(folder, 'one')) || partsOf(join(folder, 'one')).length < 1) await new Promise((resolve) => setImmediate(resolve))
  holder.child.kill('SIGSTOP')
  const other = await run([seeds, join(folder, 'two'), ...args.slice(2), '--state-dir', shared])
  holder.child.kill('SIGCONT')
  t.equal(other.code, 2)
  t.match(other.stderr, /--state-dir .*shared-state: another run is at work there/)
  t.equal((await holder.ended).code, 0)
})

t.test('bad usage and folders that are not ours: exit 2 and one line', async (t) => {
  for (const args of [[], [whole, whole], [join(folder, 'nowhere')], [folder], [whole, '--violations', 'x'], [whole, '--nonsense']]) {
    const { code, stdout, stderr } = verify(...args)
    t.equal(code, 2, args.join(' '))
    t.equal(stdout, '')
    t.match(stderr, /^error: [^\n]+\n$/)
  }
  t.match(verify(folder).stderr, /is no output folder of ours/)
})
