import t from 'tap'
import {
  Binary, Decimal, DenseUnion, Dictionary, Field, Float64, Int32, Int64, LargeUtf8, List, Null, Schema, Struct, Utf8,
    type DataType,
} from '../../dist/io/arrow.js'
import { agreement, checkAgreement, keptFields, wantedColumns, type ColumnOptions } from '../../dist/io/check-schema.js'
import type { SourceFile } from '../../dist/io/inputs.js'

const file: SourceFile = { name: 'x.parquet', path: 'in/x.parquet', format: 'parquet', bytes: 1 }
const later: SourceFile = { ...file, path: 'in/y.parquet' }
const jsonl: SourceFile = { ...file, path: 'in/z.jsonl', format: 'jsonl' }
const item = new Field('item', new Utf8(), true)
const union = new DenseUnion([0] as never, [item]) as unknown as DataType

function schema(types: Record<string, DataType>): Schema {
  return new Schema(Object.entries(types).map(([name, type]) => new Field(name, type, false)))
}

function optionsOf(options: Partial<ColumnOptions> = {}): ColumnOptions {
  return { textColumn: 'text', idColumn: null, scoreColumn: null, labelColumns: {}, keepColumns: [], ...options }
}

const full = schema({
  text: new Utf8(), id: new Int64(), url: new Dictionary(new Utf8(), new Int32()), quality: new Decimal(2, 10),
    either: union,
  meta: new Struct([new Field('lang', new Utf8(), true), new Field('tags', new List(item), true)]), 'a.b': new Utf8(),
    nothing: new Null(),
})

t.test('what is wanted: the id column is taken where it is there', async (t) => {
  t.strictSame(wantedColumns(file, full, optionsOf({ scoreColumn: 'quality', keepColumns: ['url', 'meta'] })),
    { text: 'text', id: 'id', score: 'quality', labels: [], keep: ['url', 'meta'] })
  t.equal(wantedColumns(file, schema({ text: new LargeUtf8() }), optionsOf()).id, null)
  for (const textColumn of ['meta.lang', 'a.b', 'url', 'nothing']) t.doesNotThrow(() => wantedColumns(file, full,
    optionsOf({ textColumn })), textColumn)
  t.doesNotThrow(() => wantedColumns(file, schema({ text: new Binary() }), optionsOf()))
})

const refused: readonly (readonly [Partial<ColumnOptions>, RegExp])[] = [
  [{ textColumn: 'texts' },
    /^in\/x\.parquet: no column "texts" \(text\); did you mean "text"\?; it has: text, id, url, quality/],
  [{ textColumn: 'meta.long' }, /no column "meta\.long" \(text\)/],
  [{ idColumn: 'zzzzzzz' }, /no column "zzzzzzz" \(id\); it has: /],
  [{ scoreColumn: 'qualty' }, /no column "qualty" \(score\); did you mean "quality"/],
  [{ keepColumns: ['url', 'metta'] }, /no column "metta" \(kept\); did you mean "meta"/],
  [{ keepColumns: ['meta.lang'] }, /no column "meta\.lang" \(kept\)/],
  [{ textColumn: 'quality' }, /column "quality" has type Decimal.*; the text column must hold strings/],
  [{ textColumn: 'meta.tags' }, /column "meta\.tags" has type List<Utf8>; the text column must hold strings/],
  [{ idColumn: 'meta' }, /column "meta" has type Struct.*; the id column must hold single values/],
  [{ scoreColumn: 'url' }, /column "url" has type Dictionary.*; the score column must hold numbers/],
  [{ keepColumns: ['either'] }, /column "either" has type Union.*; columns of this type cannot be kept/],
]

for (const [options, message] of refused) {
  t.test(`refused: ${JSON.stringify(options)}`, async (t) => {
    t.throws(() => wantedColumns(file, full, optionsOf(options)),
      { code: 'STREAM_SCHEMA_MISMATCH', exitCode: 2, message })
  })
}

t.test('a wide file does not fill the screen', async (t) => {
  const wide = schema(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`c${i}`, new Utf8()])))
  t.throws(() => wantedColumns(file, wide, optionsOf()), { message: /c39, and 60 more$/ })
})

t.test('kept fields are plain and nullable; those of JSONL are strings', async (t) => {
  const show = (fields: readonly Field[]) => fields.map(({ name, type, nullable }) => `${name} ${type} ${nullable}`)
  t.strictSame(show(keptFields(file, full, ['url', 'id'])), ['url Utf8 true', 'id Int64 true'])
  t.strictSame(show(keptFields(jsonl, full, ['url', 'id'])), ['url Utf8 true', 'id Utf8 true'])
  t.strictSame(show(keptFields(jsonl, null, ['any'])), ['any Utf8 true'])
})

t.test('files agree by plain types of the text and the kept columns', async (t) => {
  const options = optionsOf({ keepColumns: ['url'] })
  const first = agreement(file, full, options)
  const code = 'STREAM_SCHEMA_MISMATCH'
  t.doesNotThrow(() => checkAgreement(first, later, schema({ text: new LargeUtf8(), url: new Utf8(), id: new Utf8() }),
    options))
  t.throws(() => checkAgreement(first, later, schema({ text: new Utf8(), url: new Int32() }), options),
    { code, message: 'in/y.parquet: column "url" has type Int32 but Utf8 in in/x.parquet' })
  t.throws(() => checkAgreement(first, later, schema({ text: new Binary(), url: new Utf8() }), options),
    { code, message: /column "text" has type Binary but Utf8/ })
  t.doesNotThrow(() => checkAgreement(first, later, schema({ text: new Null(), url: new Utf8() }), options))
  t.doesNotThrow(() => checkAgreement(first, jsonl, schema({ text: new Utf8(), url: new Float64() }), options))
})

t.test('decimals of another width are another type', async (t) => {
  const options = optionsOf({ keepColumns: ['d'] })
  const first = agreement(file, schema({ text: new Utf8(), d: new Decimal(2, 38) }), options)
  t.throws(() => checkAgreement(first, later, schema({ text: new Utf8(), d: new Decimal(2, 38, 256) }), options),
    { code: 'STREAM_SCHEMA_MISMATCH' })
})
