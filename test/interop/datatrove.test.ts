import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { ruleSets } from '../../dist/text/rules.js'
import { wordList } from '../../dist/text/words.js'

// The same texts through datatrove itself (Python, named by $PYTHON or python3) and through lib/text: every eighth
// document of the seeds, or all of them (minutes) with DATATROVE_ALL=1.
t.setTimeout(1_200_000)
const every = process.env['DATATROVE_ALL'] ? 1 : 8
const python = process.env['PYTHON'] ?? 'python3'
const scriptPath = fileURLToPath(new URL('datatrove-verdicts.py', import.meta.url))
const check = spawnSync(python, [scriptPath, '--check'], { encoding: 'utf8' })
const skip = check.status === 0 ? false : `${python}: ${check.error?.message ?? check.stderr.trim().split('\n').at(-1)}`

interface Answer {
  readonly gopher: string | null
  readonly gopher_repetition: string | null
  readonly words: readonly string[]
}

async function datatrove(texts: readonly string[]): Promise<Answer[]> {
  const child = spawn(python, [scriptPath, '--words'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stdin.end(texts.map((text) => `${JSON.stringify(text)}\n`).join(''))
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  return Buffer.concat(chunks).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as Answer)
}

interface Agreement {
  readonly texts: number
  gopher: number
  gopher_repetition: number
  words: number
}

function compare(texts: readonly string[], answers: readonly Answer[]): Agreement {
  const agreement: Agreement = { texts: texts.length, gopher: 0, gopher_repetition: 0, words: 0 }
  texts.forEach((text, k) => {
    const answer = answers[k]!
    for (const rules of ['gopher', 'gopher_repetition'] as const) {
      if ((ruleSets[rules](text)?.reason ?? null) === answer[rules]) agreement[rules]++
    }
    const words = wordList(text)
    if (words.length === answer.words.length && words.every((word, i) => word === answer.words[i])) agreement.words++
  })
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
  const agreement = compare(texts, await datatrove(texts))
  t.comment(JSON.stringify(agreement))
  t.ok(agreement.gopher >= texts.length * 0.995, `gopher ${agreement.gopher} of ${texts.length}`)
  t.ok(agreement.gopher_repetition >= texts.length * 0.995, `gopher_repetition ${agreement.gopher_repetition}`)
  t.ok(agreement.words >= texts.length * 0.998, `words ${agreement.words}`)
})

const seeds = new URL('../../../shared/data/seeds/', import.meta.url)

for (const name of ['web-en', 'web-multi', 'neardup-docs', 'llm-continuations']) {
  const reason = skip || (existsSync(seeds) ? false : 'no ../shared/data')
  t.test(`on ${name}`, { skip: reason }, async (t) => {
    const rows = gunzipSync(readFileSync(new URL(`${name}.jsonl.gz`, seeds))).toString().trimEnd().split('\n')
    const texts = rows.filter((_, k) => k % every === 0).map((row) => (JSON.parse(row) as { text: string }).text)
    const agreement = compare(texts, await datatrove(texts))
    t.comment(JSON.stringify(agreement))
    t.ok(texts.length > 0)
    t.ok(agreement.gopher >= texts.length * 0.999, `gopher ${agreement.gopher} of ${texts.length}`)
    t.ok(agreement.gopher_repetition >= texts.length * 0.999, `gopher_repetition ${agreement.gopher_repetition}`)
    t.ok(agreement.words >= texts.length * 0.999, `words ${agreement.words}`)
  })
}
