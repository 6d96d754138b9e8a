import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { oneLine, readFastText } from '../../dist/text/fasttext/model.js'
import { difference, type Given } from '../text/fasttext/golden.ts'

// Models of every kind, trained by fastText itself (Python, named by $PYTHON or python3) on the very texts that both
// then judge: what is made up here, and every eighth of the real seeds, or all of them with FASTTEXT_ALL=1.
t.setTimeout(1_200_000)
const every = process.env['FASTTEXT_ALL'] ? 1 : 8
const python = process.env['PYTHON'] ?? 'python3'
const scriptPath = fileURLToPath(new URL('fasttext-answers.py', import.meta.url))
const check = spawnSync(python, [scriptPath, '--check'], { encoding: 'utf8' })
const skip = check.status === 0 ? false : `${python}: ${check.error?.message ?? check.stderr.trim().split('\n').at(-1)}`

const bits = fc.constantFrom(
  'the', 'River', 'ran', 'slowly,', 'naïve', 'straße', '12', '...', '中文', '深度学习', 'Привет', 'мир', 'مرحبا', 'العالم', '😀', '👍🏽',
  '👩\u200d👩\u200d👧', '</s>', '</s', '<', '>', '<s>', '__label__l0', '__label__', '__label__new', 'label__', 'ﬁ', 'e\u0301', '\u200b', '\ufeff',
  ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', '\n', '\n\n', '\t', '\v', '\f', '\r', '\r\n', '\0', '\x1c', '\x1f', '\x85', '\u00a0', '\u2028', '\u3000',
)
const madeUp = fc.sample(fc.array(bits, { maxLength: 120 }).map((parts) => parts.join('')), { numRuns: 400, seed: 20261121 })

const seeds = new URL('../../../shared/data/seeds/', import.meta.url)
const real = existsSync(seeds) ? ['web-en', 'web-multi', 'neardup-docs'].flatMap(seedTexts) : []

function seedTexts(name: string): string[] {
  const rows = gunzipSync(readFileSync(new URL(`${name}.jsonl.gz`, seeds))).toString().trimEnd().split('\n')
  return rows.filter((_, k) => k % every === 0).map((row) => (JSON.parse(row) as { text: string }).text)
}

/** Every character of the Basic Multilingual Plane but surrogates, some in a line: at the edges, where they may be stripped, and inside. */
const characters = Array.from({ length: 0xe000 - 0x800 }, (_, k) => String.fromCharCode(k < 0xd800 ? k : k + 0x800))
const edges = characters.map((c) => `${c}a${c}b${c}`)

const texts = [
  '', ' ', '\n', '\0', ...madeUp, ...real,
  `${madeUp.join(' ')} `.repeat(100).slice(0, 1_000_000).toWellFormed(),
  real.join(' ').slice(0, 1_000_000).toWellFormed(),
  '中文'.repeat(100_000),
]

async function run(folder: string, texts: readonly string[]): Promise<void> {
  const child = spawn(python, [scriptPath, 'train', folder], { stdio: ['pipe', 'ignore', 'pipe'] })
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  child.stdin.end(texts.map((text) => `${JSON.stringify(text)}\n`).join(''))
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (status !== 0) throw new Error(`${python} ended with ${status}: ${Buffer.concat(errors).toString().slice(-2000)}`)
}

t.test('all probabilities of all models are those of fastText', { skip }, async (t) => {
  const folder = t.testdir()
  await run(folder, texts)
  const answers = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as { lines: string[]; models: Record<string, Given[]> }
  const lines = texts.map(oneLine)
  t.ok(lines.every((line, k) => line === answers.lines[k]), 'documents are prepared alike')
  t.comment(`${lines.length} texts, ${real.length} of them real${real.length === 0 ? ' (no ../shared/data)' : ''}`)
  t.equal(Object.keys(answers.models).length, 9)
  for (const [name, given] of Object.entries(answers.models)) {
    const model = readFastText(join(folder, name))
    t.equal(given.length, lines.length)
    let worst = 0
    let at = -1
    let silent = 0
    lines.forEach((line, k) => {
      const off = difference(model.labels, model.probabilities(line), given[k]!)
      if (!(off <= worst)) [worst, at] = [off, k]
      if (Object.keys(given[k]!).length === 0) silent++
    })
    t.ok(worst <= 1e-5, `${name}: text ${at} is off by ${worst}`)
    t.ok(silent < lines.length / 2, `${silent} texts without an answer`)
    t.comment(`${name}: ${JSON.stringify(model.kind)}, ${model.labels.length} labels, off by ${worst} at most`)
  }
})

t.test('documents are prepared as Python does, for every character', { skip }, async (t) => {
  const source = 'import sys,json\nfor text in json.load(sys.stdin): print(json.dumps(" ".join(text.strip().splitlines())))'
  const { stdout } = spawnSync(python, ['-c', source], { input: JSON.stringify(edges), encoding: 'utf8', maxBuffer: 1 << 26 })
  const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as string)
  t.equal(lines.length, edges.length)
  const wrong = edges.filter((text, k) => oneLine(text) !== lines[k]).map((text) => text.charCodeAt(0).toString(16))
  t.same(wrong, [])
})
