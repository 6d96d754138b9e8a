import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { resolveInputs } from '../../dist/io/inputs.js'

const tree = {
  data: {
    'b.parquet': 'PAR1', 'a.jsonl': '', 'README.md': '', '_meta.parquet': '', '.hidden.jsonl': '',
    _run: { 'x.parquet': '' },
    deep: { 'c.NDJSON.GZ': '', 'd.arrow': 'ARROW1', 'e.arrow': 'stream', _rejected: { 'y.parquet': '' } },
  },
}

t.test('a folder gives the known files below it, sorted, without hidden names', async (t) => {
  const dir = t.testdir(tree)
  const files = await resolveInputs([join(dir, 'data')])
  t.strictSame(files.map(({ name, format }) => [name, format]), [
    ['a.jsonl', 'jsonl'], ['b.parquet', 'parquet'], ['deep/c.NDJSON.GZ', 'jsonl.gz'],
    ['deep/d.arrow', 'arrow-file'], ['deep/e.arrow', 'arrow-stream'],
  ])
  t.equal(files[1]!.bytes, 4)
  t.equal(files[1]!.path, join(dir, 'data/b.parquet'))
})

t.test('a folder below a hidden one is read when it is named', async (t) => {
  const dir = t.testdir({ _run: tree })
  t.equal((await resolveInputs([join(dir, '_run/data')])).length, 5)
})

t.test('the same file named in three ways is read once', async (t) => {
  const dir = t.testdir(tree)
  const files = await resolveInputs([join(dir, 'data/b.parquet'), `${dir}/data/../data/b.parquet`,
    join(dir, 'data/*.parquet')])
  t.strictSame(files.map(({ name }) => name), ['b.parquet'])
})

t.test('names are relative to the deepest common folder', async (t) => {
  const dir = t.testdir({ 'data-2': { 'a.jsonl': '' }, data: { 'a.jsonl': '', sub: { 'a.jsonl': '' } } })
  const names = async (...inputs: string[]) => (await resolveInputs(inputs.map((input) => join(dir,
    input)))).map(({ name }) => name)
  t.strictSame(await names('data/sub/a.jsonl'), ['a.jsonl'])
  t.strictSame(await names('data'), ['a.jsonl', 'sub/a.jsonl'])
  t.strictSame(await names('data', 'data-2'), ['data-2/a.jsonl', 'data/a.jsonl', 'data/sub/a.jsonl'])
})

t.test('globs: folders are read through, hidden names only when spelt out, odd names are taken literally',
  async (t) => {
  const dir = t.testdir({ ...tree, 'odd[1].jsonl': '', 'odd1.jsonl': '' })
  const names = async (pattern: string) =>
    (await resolveInputs([`${dir}/${pattern}`])).map(({ path }) => path.slice(dir.length + 1))
  t.strictSame(await names('da*'),
    ['data/a.jsonl', 'data/b.parquet', 'data/deep/c.NDJSON.GZ', 'data/deep/d.arrow', 'data/deep/e.arrow'])
  t.strictSame(await names('**/*.parquet'), ['data/b.parquet'])
  t.strictSame(await names('*/deep/_rejected/*'), ['data/deep/_rejected/y.parquet'])
  t.strictSame(await names('data/_run/*.parquet'), ['data/_run/x.parquet'])
  t.strictSame(await names('odd[1].jsonl'), ['odd[1].jsonl'])
})

t.test('a relative glob keeps its relative path', async (t) => {
  const dir = t.testdir(tree)
  const before = process.cwd()
  process.chdir(dir)
  t.teardown(() => process.chdir(before))
  t.strictSame((await resolveInputs(['data/*.parquet'])).map(({ name, path }) => [name, path]),
    [['b.parquet', 'data/b.parquet']])
})

t.test('links to files and folders are followed, and a loop ends', async (t) => {
  const dir = t.testdir({ blobs: { '1f': 'PAR1' }, hub: {} })
  symlinkSync('../blobs/1f', join(dir, 'hub/train.parquet'))
  mkdirSync(join(dir, 'hub/more'))
  symlinkSync('..', join(dir, 'hub/more/loop'))
  const names = (await resolveInputs([join(dir, 'hub')])).map(({ name }) => name)
  t.ok(names.includes('train.parquet'))
})

t.test('a named file without a known ending is told by its first bytes', async (t) => {
  const dir = t.testdir({ one: 'PAR1....', 'two.bin': 'ARROW1..', 'three.csv': 'a,b', empty: '' })
  t.equal((await resolveInputs([join(dir, 'one')]))[0]!.format, 'parquet')
  t.equal((await resolveInputs([join(dir, 'two.bin')]))[0]!.format, 'arrow-file')
  await t.rejects(resolveInputs([join(dir, 'three.csv')]), {
    code: 'STREAM_INPUT_UNREADABLE',
      message: /three\.csv: unknown ending "\.csv" and neither Parquet nor Arrow.*\.parquet/,
  })
  await t.rejects(resolveInputs([join(dir, 'empty')]), { code: 'STREAM_INPUT_UNREADABLE', message: /no ending/ })
})

t.test('what matches nothing is said, with the input', async (t) => {
  const dir = t.testdir({ empty: {}, other: { 'a.txt': '' } })
  const code = 'STREAM_INPUT_NOT_FOUND'
  await t.rejects(resolveInputs([join(dir, 'nope.parquet')]), { code, message: /nope\.parquet: no such file/ })
  await t.rejects(resolveInputs([join(dir, '*.parquet')]),
    { code, message: /\*\.parquet: this pattern matches no file/ })
  await t.rejects(resolveInputs([join(dir, 'empty')]), { code, message: /empty: this folder holds no file/ })
  await t.rejects(resolveInputs([join(dir, 'other')]), { code })
  await t.rejects(resolveInputs(['s3://bucket/x.parquet']), { code, message: /only local files/ })
  await t.rejects(resolveInputs([]), { code })
  await t.rejects(resolveInputs(['-', 'a.parquet']), { code: 'STREAM_CONFIG_INVALID' })
})

t.test('stdin stands alone', async (t) => {
  t.strictSame(await resolveInputs(['-']), [{ name: '-', path: '-', format: 'arrow-stream', bytes: 0 }])
})
