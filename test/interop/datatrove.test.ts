import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { type RuleSet, ruleSets } from '../../dist/text/rules.js'
import { countSentences } from '../../dist/text/sentence-count.js'
import { wordList } from '../../dist/text/words.js'

// The same texts through datatrove itself (Python, named by $PYTHON or python3) and through lib/text: every eighth
// document of the seeds, or all of them (minutes) with DATATROVE_ALL=1.
t.setTimeout(1_200_000)
const every = process.env['DATATROVE_ALL'] ? 1 : 8
const python = process.env['PYTHON'] ?? 'python3'
const scriptPath = fileURLToPath(new URL('datatrove-verdicts.py', import.meta.url))
const check = spawnSync(python, [scriptPath, '--check'], { encoding: 'utf8' })
const skip = check.status === 0 ? false : `${python}: ${check.error?.message ?? check.stderr.trim().split('\n').at(-1)}`

type Answer = Readonly<Record<RuleSet, string | null>> & { readonly words: readonly string[]; readonly sentences: number }

/** What stands before datatrove's reason in our id: its own ids do not say their filter, Gopher quality's do. */
const prefixes: Readonly<Record<RuleSet, string>> = { gopher: '', gopher_repetition: '', fineweb: 'fineweb_', c4: 'c4_' }
const names = Object.keys(prefixes) as readonly RuleSet[]

async function datatrove(texts: readonly string[]): Promise<Answer[]> {
  const child = spawn(python, [scriptPath, '--words'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stdin.end(texts.map((text) => `${JSON.stringify(text)}\n`).join(''))
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  return Buffer.concat(chunks).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as Answer)
}

/** How many texts got the same answer, by rule set (verdict and reason), words and number of sentences. */
type Agreement = Record<RuleSet | 'texts' | 'words' | 'sentences', number>

function compare(t: { comment(text: string): void }, texts: readonly string[], answers: readonly Answer[]): Agreement {
  const agreement: Agreement = { texts: texts.length, gopher: 0, gopher_repetition: 0, fineweb: 0, c4: 0, words: 0, sentences: 0 }
  texts.forEach((text, k) => {
    const answer = answers[k]!
    for (const rules of names) {
      const theirs = answer[rules] === null ? null : prefixes[rules] + answer[rules]
      const ours = ruleSets[rules](text)?.reason ?? null
      if (ours === theirs) agreement[rules]++
      else t.comment(`${rules}: ${ours}, datatrove ${theirs}: ${JSON.stringify(text.slice(0, 200))}`)
    }
    const words = wordList(text)
    if (words.length === answer.words.length && words.every((word, i) => word === answer.words[i])) agreement.words++
    if (countSentences(text) === answer.sentences) agreement.sentences++
  })
  t.comment(JSON.stringify(agreement))
  return agreement
}

t.test('on made up texts of every hard case', { skip }, async (t) => {
  const bits = fc.constantFrom(
    'a', 'b', 'Q', 'é', 'ß', '5', '12', '.', '..', '...', '…', '……', ',', ':', ';', '!', '?', "'", '’', '"', '-', '--',
    '—', '–', '~', '/', '=', '<', '+', '*', '^', '%', '$', '€', 'US$', '(', ')', '[', ']', '{', '_', '#', '&', '@',
    '|', '°', 'km', 'm²', 'in',
    "don't", "I'm", 'its', "it's", 'Mr.', 'a.m.', 'e.g.', ':)', ':-(', '8)', 'http://', 'foo.com',
    'www.x.org/y?z=1', 'x@y.de', ':8080', '中', '。',
    '😀', '👍🏽', 'α', 'Ж', 'ж', 'ع', '\u0301', '\u200b', 'N.Y.', 'U.S.', 'cannot', "n't", "'s", '·', '•', '©', '½',
    '→', 'ı', 'the', 'and',
    ' ', ' ', ' ', ' ', ' ', '\n', '\n\n', '\t', '\u00a0', '\u2028', '\x1c', '\x85',
  )
  const text = fc.array(bits, { minLength: 1, maxLength: 200 }).map((parts) => parts.join(''))
  const texts = fc.sample(text, { numRuns: 3000, seed: 20261121 })
  const agreement = compare(t, texts, await datatrove(texts))
  t.ok(agreement.words >= texts.length * 0.998, `words ${agreement.words}`)
  for (const what of [...names, 'sentences'] as const) {
    t.ok(agreement[what] >= texts.length * 0.995, `${what} ${agreement[what]} of ${texts.length}`)
  }
})

t.test('on made up lines that break one rule or another', { skip }, async (t) => {
  const word = fc.constantFrom(
    'the', 'and', 'of', 'river', 'Engine', 'don’t', 'e.g.', 'U.S.', '5km', '𝒳𝒳', '中文', 'été', '[1]', '(see', 'p.)',
    'Donaudampfschifffahrtsgesellschaft',
  )
  const before = fc.constantFrom('', '', '', ' ', '\u00a0', '- ', '[12] ', 'A. B. C. ', 'Yes.  "No." ')
  const odd = fc.constantFrom(
    ' Lorem  Ipsum', ' LOREM ipsum', ' {', ' JavaScript', ' javascrıpt', ' Use Cookies', ' Terms of Use',
    ' use coo\u212aies', ' [citation needed]', ' [١٢]', ' [x]', ` ${'y'.repeat(1000)}`, ` ${'𝒳'.repeat(1000)}`,
    ` ${'y'.repeat(1001)}`, ' a  b. c',
  )
  const mark = fc.constantFrom(
    '.', '.', '.', '.', '?', '!', '."', ".'", '...', '…', '. ', '. [3]', '.[edit]', '', '', '。', '𑗒', '؞', '?!', '.)',
  )
  const line = fc.tuple(
    before,
    fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' ')),
    fc.oneof({ weight: 4, arbitrary: fc.constant('') }, odd),
    mark,
    fc.constantFrom('\n', '\n', '\n', '\n', '\n\n\n\n\n\n', '\r\n', '\r', '\v', '\x1c', '\u0085', '\u2028', '\n \n'),
  )
  const text = fc.tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom(0, 0, 0, 1, 2))
    .map(([lines, again]) => [...lines, ...lines.slice(0, again)].flat().join(''))
  const texts = fc.sample(text, { numRuns: 2000, seed: 20261121 })
  const answers = await datatrove(texts)
  const agreement = compare(t, texts, answers)
  for (const what of ['fineweb', 'c4', 'sentences'] as const) {
    t.equal(agreement[what], texts.length, what)
  }
  // Else the agreement would say nothing about some rule.
  const seen = (rules: RuleSet) => [...new Set(answers.map((answer) => answer[rules] ?? 'kept'))].toSorted()
  t.same(seen('fineweb'), ['char_dup_ratio', 'empty', 'kept', 'line_punct_ratio', 'list_ratio', 'short_line_ratio'])
  t.same(seen('c4'), ['curly_bracket', 'kept', 'lorem_ipsum', 'too_few_sentences'])
})

const seeds = new URL('../../../shared/data/seeds/', import.meta.url)

for (const name of ['web-en', 'web-multi', 'neardup-docs', 'llm-continuations']) {
  const reason = skip || (existsSync(seeds) ? false : 'no ../shared/data')
  t.test(`on ${name}`, { skip: reason }, async (t) => {
    const rows = gunzipSync(readFileSync(new URL(`${name}.jsonl.gz`, seeds))).toString().trimEnd().split('\n')
    const texts = rows.filter((_, k) => k % every === 0).map((row) => (JSON.parse(row) as { text: string }).text)
    const agreement = compare(t, texts, await datatrove(texts))
    t.ok(texts.length > 0)
    for (const what of [...names, 'words', 'sentences'] as const) {
      t.ok(agreement[what] >= texts.length * 0.999, `${what} ${agreement[what]} of ${texts.length}`)
    }
  })
}
