import fc from 'fast-check'
import t from 'tap'
import { ConfigInvalidError } from '../../dist/errors.js'
import { columnsOf, parseLabels, parseQuality, type Selection } from '../../dist/run/selection.js'

const selection = (part: Partial<Selection>): Selection => ({ rules: [], source: null, tests: [], ...part })
const column = (name: string, operator: '>=' | '>', value: number): Selection =>
  selection({ source: { kind: 'column', column: name }, tests: [{ kind: 'threshold', operator, value }] })

t.test('reads --quality', async (t) => {
  const cases: readonly (readonly [string, Selection])[] = [
    ['none', selection({})],
    ['gopher', selection({ rules: ['gopher'] })],
    [' gopher_repetition , gopher', selection({ rules: ['gopher_repetition', 'gopher'] })],
    ['column:int_score>=3', column('int_score', '>=', 3)],
    ['column:score>0.018112', column('score', '>', 0.018112)],
    ['column:edu score >= -1e-3', column('edu score', '>=', -0.001)],
    ['column:meta.scores>max>=.5', column('meta.scores>max', '>=', 0.5)],
    ['column:x>10', column('x', '>', 10)],
    ['column:score', selection({ source: { kind: 'column', column: 'score' } })],
    ['gopher,column:a,b>=3', { ...column('a,b', '>=', 3), rules: ['gopher'] }],
    ['column:score, top:10%', selection({ source: { kind: 'column', column: 'score' }, tests: [{ kind: 'top', share: 0.1 }] })],
    ['top:2.5%,column:score>1', selection({
      source: { kind: 'column', column: 'score' }, tests: [{ kind: 'threshold', operator: '>', value: 1 }, { kind: 'top', share: 0.025 }],
    })],
    ['fasttext:models/oh,eli5.bin>=0.018112', selection({
      source: { kind: 'fasttext', file: 'models/oh,eli5.bin', label: null }, tests: [{ kind: 'threshold', operator: '>=', value: 0.018112 }],
    })],
    ['fasttext:m.ftz#__label__good', selection({ source: { kind: 'fasttext', file: 'm.ftz', label: '__label__good' } })],
    ['http:http://gpu:80/classify#LABEL_1>=.5', selection({
      source: { kind: 'http', url: 'http://gpu:80/classify', label: 'LABEL_1' }, tests: [{ kind: 'threshold', operator: '>=', value: 0.5 }],
    })],
    ['https://tei/predict', selection({ source: { kind: 'http', url: 'https://tei/predict', label: null } })],
    ['http://v/score?query=is this good, or bad>2', selection({
      source: { kind: 'http', url: 'http://v/score?query=is this good, or bad', label: null }, tests: [{ kind: 'threshold', operator: '>', value: 2 }],
    })],
  ]
  for (const [text, expected] of cases) t.same(parseQuality(text), expected, text)
})

t.test('refuses what it cannot read, in one line that says what was expected', async (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['gofer', /^--quality: "gofer" is no rule; did you mean "gopher"\? Known: none, gopher, /],
    ['toString', /"toString" is no rule; known: none, gopher, .*, column:NAME>=X, fasttext:FILE>=X, http:URL>=X or top:P%$/],
    ['', /"" is no rule/],
    ['gopher,none', /"none" is no rule/],
    ['column:a>=1,column:b>=2', /one score at most/],
    ['top:10%', /top:P% needs a score to go by/],
    ['gopher,top:10%', /top:P% needs a score to go by/],
    ['column:a,top:0%', /"top:0%" should read top:P%/],
    ['column:a,top:101%', /should read top:P%/],
    ['column:a,top:ten', /should read top:P%/],
    ...['column:', 'column:>=3', 'column:score>=', 'column:score>=high', 'column:score<3', 'column:score=>3', 'column:a>=1>=', 'column:a>Infinity']
      .map((text) => [text, /should read column:\.\.\.>=X or >X, X a number/] as const),
    ['fasttext:>=3', /should read fasttext:/],
  ]
  for (const [text, message] of cases) t.throws(() => parseQuality(text), { constructor: ConfigInvalidError, message }, text)
})

t.test('property: any text gives a selection or a ConfigInvalidError', async () => {
  const piece = fc.oneof(fc.constantFrom('column:', 'top:', 'fasttext:', 'http:', 'gopher', 'none', '>=', '>', ',', '#', '%', '3', ' '), fc.string({ maxLength: 4 }))
  fc.assert(fc.property(fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')), (text) => {
    try {
      const { source, tests } = parseQuality(text)
      return source !== null || tests.length === 0
    } catch (error) {
      return error instanceof ConfigInvalidError
    }
  }), { numRuns: 500 })
})

t.test('reads --label', async (t) => {
  t.same(parseLabels([]), {})
  t.same(parseLabels(['formats=column:meta.format', ' topics = http:http://gpu/classify', 'x2=https://tei/predict']), {
    formats: { kind: 'column', column: 'meta.format' },
    topics: { kind: 'http', url: 'http://gpu/classify' },
    x2: { kind: 'http', url: 'https://tei/predict' },
  })
  for (const text of ['formats', 'formats=', 'formats=column:', 'Formats=column:a', '=column:a', 'formats=file:x', 'a b=column:c']) {
    t.throws(() => parseLabels([text]), { constructor: ConfigInvalidError, message: /should read NAME=column:COLUMN or NAME=http:URL/ }, text)
  }
  t.throws(() => parseLabels(['a=column:x', 'a=column:y']), { message: /"a" is given twice/ })
})

t.test('names the columns that the source must read', async (t) => {
  const labels = parseLabels(['formats=column:f', 'topics=http:http://x/classify'])
  t.same(columnsOf(parseQuality('column:score>=3'), labels), { scoreColumn: 'score', labelColumns: { formats: 'f' } })
  t.same(columnsOf(parseQuality('fasttext:m.bin'), {}), { scoreColumn: null, labelColumns: {} })
})
