import { appendFileSync, copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readFastText } from '../../../dist/text/fasttext/model.js'
import { difference, folder, models, texts } from './golden.ts'

t.test('every model says what fastText said', async (t) => {
  t.same(models.map(({ name }) => name), readdirSync(folder).filter((name) => /\.(?:bin|ftz)$/.test(name)).sort())
  for (const { name, texts, given } of models) {
    const model = readFastText(join(folder, name))
    t.equal(given.length, texts.length)
    t.ok(given.every((each) => Object.keys(each).length > 0 || name.startsWith('pruned')), `${name}: there are answers`)
    texts.forEach((text, k) => {
      const worst = difference(model.labels, model.probabilities(text), given[k]!)
      t.ok(worst < 1e-6, `${name}, text ${k}: ${worst}`)
    })
  }
})

t.test('the models are what their names say', async (t) => {
  const kinds = Object.fromEntries(models.map(({ name }) => [name, readFastText(join(folder, name)).kind]))
  t.match(kinds['bigrams.bin'], { version: 12, dimension: 4, loss: 'softmax', wordNgrams: 2, charNgrams: [0, 0], buckets: 64 })
  t.match(kinds['trigrams-hs.bin'], { loss: 'hs', wordNgrams: 3 })
  t.match(kinds['chars-ova.bin'], { loss: 'ova', charNgrams: [2, 4] })
  t.match(kinds['chars-ns.bin'], { loss: 'ns', charNgrams: [1, 1], wordNgrams: 2 })
  t.match(kinds['version-11.bin'], { version: 11, charNgrams: [0, 0] })
  const labels = readFastText(join(folder, 'bigrams.bin')).labels
  t.same(labels, ['__label__l0', '__label__l1', '__label__l2'], 'the most frequent first')
})

t.test('one text leaves nothing behind for the next', async (t) => {
  for (const { name } of models) {
    const used = readFastText(join(folder, name))
    for (const text of texts) {
      used.probabilities(texts.at(-1)!)
      t.same(used.probabilities(text), readFastText(join(folder, name)).probabilities(text), name)
    }
  }
})

t.test('writes into the array it is given', async (t) => {
  const model = readFastText(join(folder, 'bigrams.bin'))
  const out = new Float64Array(3).fill(9)
  t.equal(model.probabilities(texts[3]!, out), out)
  t.same(out, model.probabilities(texts[3]!))
})

t.test('line ends are blanks, half surrogate pairs are U+FFFD', async (t) => {
  for (const name of ['bigrams.bin', 'chars-ova.bin', 'chars-ns.bin']) {
    const model = readFastText(join(folder, name))
    const words = texts[3]!.split(' ')
    t.same(model.probabilities(words.join('\n')), model.probabilities(words.join(' ')))
    t.same(model.probabilities(`${words[0]} \ud83d x\udc00`), model.probabilities(`${words[0]} \ufffd x\ufffd`))
    t.notSame(model.probabilities(words.join('\u00a0')), model.probabilities(words.join(' ')), 'only ASCII blanks part words')
  }
})

t.test('a text that has nothing the model knows has no probabilities', async (t) => {
  const bytes = readFileSync(join(folder, 'words.bin'))
  const end = bytes.indexOf('</s>\0')
  t.ok(end > 0, 'the model knows the end of a line')
  bytes.write('<.s>', end)
  const path = join(t.testdir(), 'no-end.bin')
  writeFileSync(path, bytes)
  const model = readFastText(path)
  for (const text of ['', ' \t', 'unknown words', '__label__l0', '</s>', '</s> ' + texts[2]]) {
    t.ok(model.probabilities(text).every(Number.isNaN), JSON.stringify(text))
  }
  t.notOk(model.probabilities(`${texts[2]} </s>`).some(Number.isNaN))
  t.notOk(model.probabilities('<.s>').some(Number.isNaN))
})

t.test('a megabyte of text, and a word of a megabyte', async (t) => {
  for (const name of ['bigrams.bin', 'chars-ova.bin', 'pruned.ftz']) {
    const model = readFastText(join(folder, name))
    const share = model.probabilities(texts[3]!)
    for (const text of [`${texts[3]} `.repeat(8_000), texts[3]!.replaceAll(' ', '').repeat(8_000)]) {
      const sum = model.probabilities(text).reduce((sum, each) => sum + each, 0)
      t.ok(sum > 0 && sum < share.length + 1e-4, `${name}: ${sum}`)
    }
  }
})

t.test('what follows the model in the file does not matter, as in fastText', async (t) => {
  const path = join(t.testdir(), 'longer.bin')
  copyFileSync(join(folder, 'bigrams.bin'), path)
  appendFileSync(path, 'more')
  t.same(readFastText(path).probabilities('x'), readFastText(join(folder, 'bigrams.bin')).probabilities('x'))
})
