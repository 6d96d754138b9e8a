import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { readParts, run, seeds } from '../e2e/stream-process.js'

const python = process.env['PYTHON'] ?? 'python3'
const script = fileURLToPath(new URL('./readers.py', import.meta.url))
const exec = promisify(execFile)

/** Columns whose type each reader must see as its own: a string, a list, a timestamp, a decimal in a struct. */
const types: Record<string, Record<string, RegExp>> = {
  pyarrow: { text: /^string/, tags: /^list<.*string>/, published: /^timestamp\[us, tz=UTC\]/, meta: /struct<.*decimal128\(10, 2\)/ },
  duckdb: { text: /VARCHAR/, tags: /VARCHAR\[\]/, published: /TIMESTAMP WITH TIME ZONE/, meta: /STRUCT.*DECIMAL\(10,2\)/ },
  polars: { text: /String/, tags: /List\(String\)/, published: /Datetime\(.*us.*UTC/, meta: /Struct/ },
  spark: { text: /string/, tags: /array<string>/, published: /timestamp/, meta: /struct<.*decimal\(10,2\)/ },
}

t.test('other tools open an output folder as it is', async (t) => {
  const out = join(t.testdir(), 'out')
  const made = await run([seeds, out, '--keep-columns', 'url,tags,published,meta', '--part-size', '40KB', '--quiet'])
  t.equal(made.code, 0, made.stderr)
  const rows = readParts(out)
  t.ok(rows.length > 50)
  const ids = rows.map(({ id }) => String(id)).toSorted()
  const expected = {
    rows: rows.length,
    ids: createHash('sha256').update(ids.join('\n')).digest('hex'),
    tokens: rows.reduce((sum, row) => sum + Number(row['token_count']), 0),
    urls: new Set(rows.map(({ url }) => url)).size,
  }
  for (const [reader, columns] of Object.entries(types)) {
    await t.test(reader, async (t) => {
      const seen = await exec(python, [script, reader, out], { timeout: 300_000 }).catch((error: { code: number | string; stderr?: string }) => error)
      if ('code' in seen && (seen.code === 77 || seen.code === 'ENOENT')) return void t.pass(reader, { skip: seen.stderr?.trim() || `${python} is not here` })
      if (!('stdout' in seen) || 'code' in seen) return t.fail(`${reader}: ${seen.stderr}`)
      const report = JSON.parse(seen.stdout.trim().split('\n').at(-1)!)
      t.match(report, expected)
      for (const [column, type] of Object.entries(columns)) t.match(report.types[column], type, column)
    })
  }
})
