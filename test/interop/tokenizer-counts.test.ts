import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { readTokenizer } from '../../dist/text/tokenizer-file.js'
import { readParts, root } from '../e2e/stream-process.ts'

// The same texts counted by Hugging Face's tokenizers (Rust, through the Python named by $PYTHON or python3) and by ours.
t.setTimeout(600_000)
const python = process.env['PYTHON'] ?? 'python3'
const script = fileURLToPath(new URL('tokenizer-counts.py', import.meta.url))
const absent = spawnSync(python, ['-c', 'import tokenizers']).status !== 0
const skip = absent && `${python} has no tokenizers (set PYTHON to one that has)`

const documents = readParts(join(root, 'fixtures')).map(({ text }) => String(text)).filter(Boolean).slice(0, 60)
const odd = [
  '', ' ', '\n\n\t ', 'x', 'Grüße aus Köln, ein Straßenfest!', '深度学习模型的训练。ひらがな カタカナ', 'Привет, мир', 'नमस्ते दुनिया',
  '👩‍👩‍👧 family 🇩🇪', 'e\u0301 is é', 'İstanbul ﬁne ①', "don't you'll WE'RE", '1234567 3.14 0x1F', 'a<|endoftext|>b <s> c', '  two  spaces   three ',
  'CamelCase_snake-kebab/path?query=1&x=y#z', 'def f(x):\n    return x ** 2\n', 'a'.repeat(3000), '='.repeat(3000), ' '.repeat(500), '漢'.repeat(900),
  '\u0000\u0007 control', 'no\u00a0break\u2003em', '\r\nwindows\r\nlines\r\n',
]

t.test('counts are those of the tokenizers that made the files', { skip }, async (t) => {
  const texts = [...documents, ...odd]
  t.ok(documents.length > 20, 'there are documents')
  const folder = t.testdir()
  const asked = spawnSync(python, [script, folder], { input: JSON.stringify(texts), encoding: 'utf8', maxBuffer: 1 << 26 })
  t.equal(asked.status, 0, asked.stderr)
  const answers = JSON.parse(asked.stdout) as Record<string, [number, number][]>
  t.same(Object.keys(answers), ['gpt2', 'llama3', 'llama2', 'unigram', 'wordpiece'])
  for (const [name, expected] of Object.entries(answers)) {
    const tokenizer = readTokenizer(join(folder, `${name}.json`))
    const wrong = texts.flatMap((text, i) => {
      const got = [tokenizer.count(text), tokenizer.countWithSpecials(text)]
      return String(got) === String(expected[i]) ? [] : [{ text: text.slice(0, 60), got, expected: expected[i] }]
    })
    t.same(wrong, [], name)
    for (const text of texts) {
      const cut = tokenizer.truncate(text, 20)
      if (!text.startsWith(cut) || tokenizer.count(cut) > 21) t.fail(`${name}: ${JSON.stringify(cut.slice(0, 90))} has ${tokenizer.count(cut)} tokens`)
      if (tokenizer.count(text) <= 20) t.equal(cut, text)
    }
  }
})
