import { readFileSync, existsSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { beyondweb } from '../../../dist/recipes/beyondweb.js'
import { expandDocument } from '../../../dist/recipes/prompts.js'
import { rewrite } from '../../../dist/endpoint/offline/rewrite.js'
import { taskOf, type TaskKind } from '../../../dist/endpoint/offline/task.js'
import { countTokens } from '../../../dist/text/tokens.js'

const KINDS: TaskKind[] = [
  'multiple_choice', 'dialogue', 'questions', 'instruction', 'outline', 'concepts', 'facts', 'continuation', 'summary',
  'lesson', 'article', 'dense', 'question_lines',
]
const english = `---
title: "Boiling and freezing"
---
<!-- a comment -->
Water boils at 100 degrees Celsius at sea level, as **Anders Celsius** noted. The boiling point falls with altitude. On Mount
Everest water boils at 71 degrees Celsius. A pressure cooker is a sealed pot that raises the boiling point. I like it!

Share this page

## How to lower the freezing point?

Salt lowers the freezing point of water. There are two common kinds:

- Sodium chloride works down to minus 21 degrees Celsius.
- Calcium chloride works down to minus 51 degrees Celsius.

\`\`\`js
freeze(water)
\`\`\`

## History

In 1742 the astronomer Anders Celsius proposed his scale in Uppsala. The scale of Daniel Fahrenheit is older, from 1724. Lord
Kelvin described absolute zero in 1848 in Glasgow.`
const task = (kind: TaskKind, document = english, items: number | null = null) => ({ kind, document, items, told: '' })

t.test('every rewrite is made of the document’s own sentences', (t) => {
  const source = english.replaceAll('*', '').replace(/\s+/g, ' ')
  const own = (sentence: string) => source.includes(sentence.replace(/^- /, '').replace(/\.$/, ''))
  for (const kind of ['summary', 'facts', 'continuation'] as const) {
    const text = rewrite(task(kind), null)
    for (const sentence of text.split(/(?<=[.!?])\s+/)) t.ok(own(sentence), `${kind}: ${sentence}`)
  }
  for (const kind of KINDS) {
    const text = rewrite(task(kind), null)
    t.ok(text.length > 150, `${kind} has ${text.length} characters`)
    t.notMatch(text, /a comment|Share this|\*\*|---|title:/, `${kind}: no markup`)
    t.notMatch(text, /undefined|null|\n{3}|[ \t]\n|^\s|\s$/, `${kind}: well formed`)
  }
  t.end()
})

t.test('the form of each kind', (t) => {
  t.matchSnapshot(KINDS.map((kind) => `[${kind}]\n${rewrite(task(kind), null)}`).join('\n\n\n'))
  t.end()
})

t.test('as many items as asked for, where the document carries them', (t) => {
  const count = (kind: TaskKind, items: number, mark: RegExp) => rewrite(task(kind, english, items), null).match(mark)?.length
  t.equal(count('questions', 4, /^Question: /gm), 4)
  t.equal(count('questions', 2, /^Question: /gm), 2)
  t.equal(count('question_lines', 3, /^- Question: .+ Answer: .+$/gm), 3)
  t.equal(count('dialogue', 3, /^User: /gm), 3)
  t.equal(count('facts', 3, /^- /gm), 3)
  t.end()
})

t.test('a reply begins with the words that it is told to begin with, also where there is little to say', (t) => {
  for (const document of [english, 'Kano Analysis', '']) {
    const text = rewrite({ ...task('dense', document), lead: 'Here it is:' }, null)
    t.match(text, /^Here it is:\n\S/)
    t.equal(text, `Here it is:\n${rewrite(task('dense', document), null)}`)
  }
  t.end()
})

t.test('multiple choice: real terms as options, the right one named', (t) => {
  for (const block of rewrite(task('multiple_choice'), null).split('\n\n')) {
    const options = [...block.matchAll(/^([A-D])\. (.+)$/gm)]
    const answer = /^Answer: ([A-D])\. (.+)$/m.exec(block)!
    t.ok(options.length >= 3)
    t.equal(new Set(options.map(([, , text]) => text)).size, options.length, 'all different')
    for (const [, , text] of options) t.ok(english.replaceAll('\n', ' ').includes(text!), `${text}`)
    t.ok(options.some(([, letter, text]) => letter === answer[1] && text === answer[2]))
    const filled = /gap\? (.+)$/m.exec(block)![1]!.replace('_____', answer[2]!)
    t.equal(/^Explanation: (.+)$/m.exec(block)![1], filled)
  }
  t.end()
})

t.test('aims below max_tokens', (t) => {
  const facts = Array.from({ length: 400 }, (_, i) => `Fact ${i} says that city ${i * 7} has some ${i * 13} busy streets.`)
  for (const long of [facts.join(' '), facts.join('\n\n')]) {
    for (const kind of KINDS) {
      for (const max of [150, 600]) t.ok(countTokens(rewrite(task(kind, long), max)) <= max, `${kind} ${max}`)
    }
  }
  t.end()
})

t.test('other languages get their own words', (t) => {
  const cases: [string, string, RegExp][] = [
    ['zh', '水在海平面上一百摄氏度时沸腾。沸点随着海拔升高而降低。在珠穆朗玛峰上水在七十一度沸腾。高压锅可以提高水的沸点。', /^用户：.+\n助手：/],
    ['ja', '水は海面では百度で沸騰します。沸点は標高が高くなるにつれて下がります。エベレストの頂上では水は七十一度で沸騰します。', /^ユーザー：.+\nアシスタント：/],
    ['ko', '물은 해수면에서 백 도에서 끓는다. 끓는점은 고도가 높아질수록 낮아진다. 에베레스트 산에서는 물이 칠십일 도에서 끓는다.', /^사용자: .+\n어시스턴트: /],
    [
      'ru',
      'Вода кипит при ста градусах на уровне моря. Температура кипения падает с высотой. На Эвересте вода кипит при 71 градусе.',
      /^Пользователь: .+\nАссистент: /,
    ],
    [
      'ar',
      'يغلي الماء عند مئة درجة مئوية عند مستوى سطح البحر. تنخفض درجة الغليان مع الارتفاع عن سطح البحر. يغلي الماء في إيفرست عند 71 درجة.',
      /^المستخدم: .+\nالمساعد: /,
    ],
    [
      'fr',
      'L’eau bout à cent degrés dans les conditions normales. Le point d’ébullition est plus bas dans les montagnes. Une marmite sous pression est utile pour vous.',
      /^Utilisateur : .+\nAssistant : /,
    ],
  ]
  for (const [language, document, form] of cases) {
    t.match(rewrite(task('dialogue', document), null), form, language)
    for (const kind of KINDS) t.ok(rewrite(task(kind, document), null).length > 20, `${language} ${kind}`)
  }
  t.end()
})

t.test('documents without a sentence give what they hold', (t) => {
  t.equal(rewrite(task('summary', ''), null), 'There is no text to work with.')
  t.equal(rewrite(task('questions', 'Hello'), null), 'Hello')
  t.equal(rewrite(task('dense', '---\ntitle: Only a title\n---\nThis is a stub. Help!'), null), 'Only a title')
  t.end()
})

t.test('any text gives some text, the same each time', (t) => {
  const piece = fc.constantFrom('Word', ' ', '. ', '\n', '\n\n', '- ', '# ', '```\n', '<a ', '>', '[', '](', ')', '漢字', '。', '*', '`', '---\n', 'Paris ', '12 ', 'ist die ', '\ud800')
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(piece).map((p) => p.join(''))), fc.constantFrom(...KINDS), (text, kind) => {
      const made = rewrite(task(kind, text), 100)
      t.ok(made.trim() !== '')
      t.equal(made, rewrite(task(kind, text), 100))
    }),
    { numRuns: 300 },
  )
  t.end()
})

const data = new URL('../../../../shared/data/seeds/', import.meta.url)
const reason = existsSync(data) ? false : 'no ../shared/data/seeds beside the checkout'

function documents(file: string): { id: string; text: string }[] {
  const lines = gunzipSync(readFileSync(new URL(file, data))).toString('utf8').trim().split('\n').map((line) => JSON.parse(line))
  return lines.filter((row) => row.label !== 'stub')
}

t.test('real pages: at least 20 % conversational by tokens, and nothing cut', { skip: reason }, (t) => {
  const step = beyondweb.steps[0]!
  for (const file of ['web-en.jsonl.gz', 'web-multi.jsonl.gz']) {
    const tokens = { all: 0, conversational: 0 }
    let long = 0
    let total = 0
    for (const { id, text } of documents(file).filter((_, i) => i % 16 === 0)) {
      for (const { variant, prompt, sampling } of expandDocument(step, { id, text, slots: {} }, 0)) {
        if (prompt.shape !== 'chat') continue
        const made = rewrite(taskOf(prompt.messages.at(-1)!.content), sampling.max_tokens ?? null)
        const n = countTokens(made)
        if (n > sampling.max_tokens!) t.fail(`${id} ${variant.name} is ${n} tokens long`)
        tokens.all += n
        if (variant.conversational) tokens.conversational += n
        total++
        if (n >= beyondweb.filters.minTokens) long++
      }
    }
    const share = tokens.conversational / tokens.all
    t.ok(share > 0.28, `${file}: ${(share * 100).toFixed(1)} % conversational, well above the floor of 20 %`)
    t.ok(long / total > 0.8, `${file}: ${long} of ${total} outputs reach minTokens`)
  }
  t.end()
})

t.test('a Markdown table whose cells are the document’s sentences, and a question below it', (t) => {
  const [head, rule, ...rest] = rewrite(task('table', english.replace('## History', '## History\n\nThe pipe sign | divides two cells here.')), null).split('\n')
  t.match([head, rule], [/^\| # \| Key points \|$/, '| --- | --- |'])
  const rows = rest.slice(0, rest.indexOf(''))
  t.ok(rows.length > 3 && rows.every((row) => row.replaceAll('\\|', '').split('|').length === 4), 'two cells each')
  t.match(rest.slice(rest.indexOf('') + 1), [/^Question: .*_____/, /^Answer: /])
  t.end()
})

t.test('genre and audience pairs: the ten keys, by the document', (t) => {
  const ask = (document: string) => JSON.parse(rewrite(task('audience_pairs', document), null)) as Record<string, string>
  const pairs = ask(english)
  t.same(Object.keys(pairs), [1, 2, 3, 4, 5].flatMap((n) => [`audience_${n}`, `genre_${n}`]))
  t.equal(new Set(Object.values(pairs)).size, 10, 'all different')
  t.notSame(ask(`${english}\n\nOne more sentence stands at the end.`.replace('Boiling', 'Cooking')), pairs)
  t.equal(Object.keys(ask('')).length, 10, 'also of nothing')
  t.end()
})

t.test('verdicts: the more words of a text the document has, the higher the score', (t) => {
  const verdict = (text: string) => JSON.parse(rewrite({ ...task('verdict'), told: `Score it.\n\n<text_a>\n${text}\n</text_a>` }, null)) as { A: { analysis: string; score: number } }
  t.equal(verdict('The boiling point of water falls with altitude.').A.score, 5)
  t.equal(verdict('Yesterday the parliament debated taxation without reaching agreement.').A.score, 1)
  t.match(verdict('Water boils when it is heated on a stove in some kitchen.').A, { analysis: /terms/, score: Number })
  t.end()
})
