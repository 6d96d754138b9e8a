import fc from 'fast-check'
import t from 'tap'
import { executeProgram } from '../../../dist/text/prox/execute.js'
import { actionsOf, callsOf, stripBlanks } from '../../../dist/text/prox/program.js'

const lines = [
  'Home | About | Login',
  'alpha beta gamma delta epsilon zeta',
  'eta theta iota kappa lambda mu nu',
  'see http://x.y/z for more info today',
  'xi omicron pi rho sigma tau upsilon',
  'Copyright 2020 all rights reserved',
]
const text = lines.join('\n')
const without = (...gone: number[]) => lines.filter((_, i) => !gone.includes(i)).join('\n')

/** Made once by running GAIR-NLP/ProX b3fcbb2 utils/chunk_utils.py: program, mistakes, result. */
const golden: readonly (readonly [string, number, string])[] = [
  ['untouch_doc()', 0, text],
  ['keep_chunk()', 0, text],
  ['', 0, text],
  ['I would leave this as it is.', 0, text],
  ['```python\nuntouch_doc()\n```', 0, text],
  ['remove_lines(start=0, end=0)\nremove_lines(start=5, end=5)', 0, without(0, 5)],
  ['remove_lines(line_start=0, line_end=0)', 0, without(0)],
  ['normalize(source_str="http://x.y/z")', 0, text.replace('http://x.y/z', '')],
  ['normalize(source_str="http://x.y/z", target_str="")', 0, text.replace('http://x.y/z', '')],
  ['remove_lines(start=0, end=0)\nremove_lines(start=99, end=120)', 1, without(0)],
  ['remove_lines(start=0, end=0)\nremove_lines(start=99, end=120)\nremove_lines(start=200, end=201)', 2, text],
  ['remove_lines(all=True)', 0, ''],
  ['remove_lines(all=True)\nremove_lines\nremove_lines', 2, ''],
  ['remove_lines(start=0, end=0', 2, text],
  ['remove_lines(start=5, end=50)', 1, without(5)],
  ['normalize(source_str="a, b", target_str="")', 0, text],
  ['normalize(source_str="http://x.y/z?a=b", target_str="")', 0, text],
  ['normalize(source_str="alpha beta gamma delta epsilon zeta")\nremove_lines(start=0, end=0)', 0, ['', ...lines.slice(2)].join('\n')],
  ['  remove_lines(start=0, end=0)', 0, without(0)],
  ['remove_lines(start=0, end=0)\n remove_lines(start=5, end=5)', 0, without(0)],
  ['remove_lines(0)', 1, text],
  ['remove_lines(start=0, end=4)', 0, ''],
]

t.test('the golden programs', (t) => {
  for (const [program, errors, expected] of golden) {
    const result = executeProgram(program, text, 'compat')
    t.equal(result.text, expected, program)
    t.equal(result.errors.length, errors, `${program}: mistakes`)
    t.equal(executeProgram(program, text, 'safe').text, expected, `${program}, safe`)
  }
  t.end()
})

t.test('outcomes, mistakes and words', (t) => {
  const of = (program: string, from = text, quirks: 'compat' | 'safe' = 'compat') => {
    const { outcome, errors, wordsBefore, wordsAfter } = executeProgram(program, from, quirks)
    return [outcome, errors, wordsBefore, wordsAfter]
  }
  t.same(of(''), ['untouched', [], 36, 36])
  t.same(of('remove_lines(start=0, end=0)'), ['refined', [], 36, 31])
  t.same(of('remove_lines(all=True)'), ['little_left', [], 36, 0])
  t.same(of('remove_lines(all=True)\nremove_lines\nremove_lines'), ['few_words', ['bracket', 'bracket'], 36, 0])
  t.same(of('remove_lines(0)\nnormalize(x)'), ['ignored', ['parameters', 'parameters'], 36, 36])
  t.same(of('remove_lines(start=0, end=0'), ['ignored', ['bracket', 'parameters'], 36, 36], 'compat reads half a parameter')
  t.same(of('remove_lines(start=0, end=15'), ['refined', ['bracket'], 36, 25], 'the 5 is lost, and 0 to 1 removed')
  t.same(of('remove_lines(start=0, end=0', text, 'safe'), ['untouched', ['bracket'], 36, 36], 'safe leaves it out')
  const [one, next, apart] = [90, 91, 92].map((line) => `remove_lines(start=${line}, end=${line})`)
  t.same(of(`remove_lines(start=0, end=0)\n${one}\n${next}`), ['refined', ['range'], 36, 31], 'neighbours are one interval, and one mistake')
  t.same(of(`remove_lines(start=0, end=0)\n${apart}\n${one}`), ['ignored', ['range', 'range'], 36, 36])
  t.same(of('', 'ten words are too few to be worth keeping here'), ['few_words', [], 10, 0])
  t.same(of('', 'eleven words are enough to be worth keeping here as text'), ['untouched', [], 11, 11])
  t.same(of('', ' \n\u0085'), ['empty', [], 0, 0])
  t.end()
})

t.test('the border of five per cent', (t) => {
  const words = (n: number) => Array.from({ length: n }, (_, i) => `w${i}`).join(' ')
  const from = `${words(12)}\n${words(228)}`
  t.equal(executeProgram('remove_lines(start=1, end=1)', from, 'compat').outcome, 'little_left', '12 of 240 is five per cent')
  t.equal(executeProgram('remove_lines(start=1, end=1)', `${words(12)}\n${words(227)}`, 'compat').outcome, 'refined')
  t.equal(executeProgram('remove_lines(start=1, end=1)\nremove_lines\nremove_lines', from, 'compat').outcome, 'ignored')
  t.equal(executeProgram('remove_lines(start=1, end=1)', from, 'compat', { threshold2: 0.96 }).outcome, 'refined')
  t.equal(executeProgram('remove_lines(start=0, end=0)', from, 'compat', { threshold1: 0.99 }).outcome, 'ignored')
  const halves = `${words(20)}\n${words(20)}`
  t.equal(executeProgram('remove_lines(start=0, end=0)', halves, 'compat', { threshold1: 0.5 }).outcome, 'refined', 'threshold1 is enough')
  t.equal(executeProgram('remove_lines(start=0, end=0)', halves, 'compat', { threshold2: 0.5 }).outcome, 'little_left', 'threshold2 is too little')
  t.end()
})

t.test('programs as models write them', (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['remove_lines(start=0, end=1)\nremove_lines(start=1, end=2)', without(0, 1, 2)],
    ['remove_lines(start=2, end=2)\nremove_lines(start=0, end=0)', without(0, 2)],
    ['remove_lines(start=4, end=1)\nremove_lines(start=0, end=0)', without(0)],
    ['remove_lines(start=4, end=1)', text],
    ['remove_lines(start=-2, end=-1)', text],
    ['remove_lines(start= 0 , end=+0\t)', without(0)],
    ['remove_lines(start=0, end=0)\r\nremove_lines(start=5, end=5)\r', without(0, 5)],
    ['normalize(source_str="$&", target_str="x")', text],
    ['normalize(source_str="Home", target_str="$&")', text.replace('Home', () => '$&')],
    ['normalize(source_str=" ", target_str="")', text],
    ['normalize(source_str="", target_str="x")', text],
    ['normalize(source_str="")', text],
    ['drop_doc()', text],
    ['normalize(source_str="Copyright 2020 (c)")', text],
  ]
  for (const [program, expected] of cases) t.equal(executeProgram(program, text, 'compat').text, expected, program)
  t.end()
})

t.test('a program cannot fill the memory', (t) => {
  const grow = Array.from({ length: 40 }, () => `normalize(source_str="a", target_str="${'a'.repeat(50)}")`).join('\n')
  const { text: made, errors } = executeProgram(grow, text, 'compat')
  t.equal(made, text, 'too many mistakes: ignored')
  t.ok(errors.every((error) => error === 'growth'))
  t.end()
})

const call = fc.oneof(
  fc.tuple(fc.integer({ min: -2, max: 12 }), fc.integer({ min: -2, max: 12 })).map(([a, b]) => `remove_lines(start=${a}, end=${b})`),
  fc.constantFrom('remove_lines', 'remove_lines(', 'remove_lines)(', 'remove_lines(all=True)', 'normalize(', 'keep_chunk()', 'normalize(source_str="a")', ' '),
  fc.string(),
)
const programs = fc.array(call, { maxLength: 8 }).map((all) => all.join('\n'))
const document = fc.array(fc.oneof(fc.string(), fc.constant('some words that make a line long enough to keep')), { maxLength: 12 }).map((all) => all.join('\n'))
const quirks = fc.constantFrom('compat' as const, 'safe' as const)

t.test('never throws, and counts are those of the texts', (t) => {
  const isSpace = (c: string) => '\x1c\x1d\x1e\x1f\x85'.includes(c) || (c !== '\ufeff' && /\s/.test(c))
  const wordsOf = (from: string) => Array.from(from, (c) => (isSpace(c) ? ' ' : c)).join('').split(' ').filter(Boolean).length
  fc.assert(fc.property(programs, document, quirks, (program, from, how) => {
    const { text: made, outcome, wordsAfter } = executeProgram(program, from, how)
    if (made === '') return wordsAfter === 0 && ['little_left', 'few_words', 'empty'].includes(outcome)
    return wordsAfter === wordsOf(made)
  }), { numRuns: 1000 })
  t.end()
})

t.test('removals alone leave lines of the document, in order, and exactly those not named', (t) => {
  const intervals = fc.array(fc.tuple(fc.nat(14), fc.nat(14)), { maxLength: 6 })
  fc.assert(fc.property(intervals, fc.nat(14), (all, n) => {
    const from = Array.from({ length: n + 1 }, (_, i) => `line ${i} has words enough that nothing is dropped for being too short`)
    const program = all.map(([a, b]) => `remove_lines(start=${a}, end=${b})`).join('\n')
    const expected = from.filter((_, i) => !all.some(([a, b]) => a <= i && i <= b)).join('\n')
    const { text: made, outcome } = executeProgram(program, from.join('\n'), 'compat', { errorOp: 1000 })
    return made === (outcome === 'little_left' ? '' : expected)
  }), { numRuns: 1000 })
  t.end()
})

t.test('a program without a call leaves every document worth keeping as it is, once and again', (t) => {
  const silent = fc.array(fc.constantFrom('keep_chunk()', 'untouch_doc()', '', ' remove_lines(start=0, end=0)', '```'), { maxLength: 5 }).map((all) => `\n${all.join('\n')}`)
  fc.assert(fc.property(silent, document, quirks, (program, from, how) => {
    const { text: made } = executeProgram(program, from, how)
    return made === '' || (made === from && executeProgram(program, made, how).text === made)
  }))
  t.end()
})

t.test('calls and blanks', (t) => {
  t.same(callsOf('  remove_lines(x\nnormalize (a)\nkeep_chunk()\n drop_doc()\nremove_liness(\nnormalize('), ['remove_lines', 'keep_chunk', 'normalize'])
  t.equal(stripBlanks('  \n a \n  '), '\n a \n')
  t.equal(stripBlanks('   '), '')
  t.same(actionsOf('remove_lines(start=1_0, end=٣)', 'compat'), [{ kind: 'mistake', mistake: 'parameters' }])
  t.end()
})
