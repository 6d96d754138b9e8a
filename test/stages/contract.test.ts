import { readdirSync } from 'node:fs'
import t, { type Test } from 'tap'
import { ParseFailedError, RequestStatusError } from '../../dist/errors.js'
import { admit } from '../../dist/stages/admit.js'
import { collapse } from '../../dist/stages/collapse.js'
import { dedupe } from '../../dist/stages/dedupe.js'
import { expand } from '../../dist/stages/expand.js'
import { infer } from '../../dist/stages/infer.js'
import { length } from '../../dist/stages/length.js'
import { parse } from '../../dist/stages/parse.js'
import { quality } from '../../dist/stages/quality.js'
import { ruleSets, type RuleSet } from '../../dist/text/rules.js'
import { generatedRow, promptRow, reply, seedRow } from '../rows.js'
import { stageContract } from '../stage-contract.js'

const judge = (rules: RuleSet) => async (texts: readonly string[]) => texts.map((text) => ruleSets[rules](text))
const prose = 'The river that runs by the old town is cold and clear, and it has been so for a very long time. '.repeat(8)

/** Texts that a stage may meet: none, blanks, controls, right-to-left, astral, lone surrogates, no space, very long. */
const odd = ['', ' \n\t ', '\u0000\u0007', 'مرحبا بالعالم', '👩‍👩‍👧 𠜎', '\ud800 lone \udc00', 'x'.repeat(1_000_000), `${prose}\n`.repeat(200)]
const seeds = [prose, prose.toUpperCase(), ...odd].map((text, row) => seedRow({ id: `s${row}`, text, score: row, locator: { file: 'f', row } }))
const outputs = [prose, 'so on and so on and '.repeat(50), ...odd].map((text, n) =>
  generatedRow({ id: `o${n}`, text, tokenCount: n % 2 ? n * 40 : null, reply: reply({ text, finishReason: n % 3 ? 'stop' : 'length' }) }))
const prompts = ['a', 'bad', 'a', 'c'].map((key, n) => promptRow({ id: `p${n}`, request: { shape: 'chat', body: key, key } }))

/** Every file of lib/stages, with rows that reach all of its outcomes. */
const stages: Record<string, (t: Test) => void> = {
  admit: (t) => stageContract(t, admit, seeds),
  collapse: (t) => stageContract(t, () => collapse({ judge: judge('gopher_repetition') }), outputs),
  dedupe: (t) => stageContract(t, () => dedupe({ mode: 'exact' }), seeds),
  expand: (t) => {
    const asks = () => ['summary', 'qa'].map((variant) => ({ ...promptRow(), variant }))
    stageContract(t, () => expand({ name: 'expand', recipe: 'r', step: 's', asks }), [...seeds, ...outputs])
  },
  infer: (t) => {
    const generate = async ({ key }: { key: string }) => {
      if (key === 'bad') throw new RequestStatusError(400, 'too long')
      return reply({ text: key })
    }
    const store = { get: async () => undefined, put: async () => {} }
    stageContract(t, () => infer({ name: 'infer', concurrency: 2, generate, store, onReply: () => {} }), prompts)
  },
  length: (t) => {
    const count = async (texts: readonly string[]) => texts.map((text) => text.length)
    stageContract(t, () => length({ minTokens: 50, maxTokens: 5000, truncated: 'drop', count }), outputs)
  },
  parse: (t) => {
    const read = (text: string) => {
      if (text.length % 3 === 0) throw new ParseFailedError('no tag')
      return text.trim()
    }
    stageContract(t, () => parse({ name: 'parse', parse: read }), outputs)
  },
  quality: (t) => {
    stageContract(t, () => quality({ rule: { kind: 'rules', rules: 'gopher' }, judge: judge('gopher') }), seeds)
    const rule = { kind: 'column', column: 'score', operator: '>=', threshold: 3 } as const
    stageContract(t, () => quality({ rule, judge: judge('gopher') }), [...seeds, seedRow({ score: null })])
  },
}

t.test('every stage is held to the contract', async (t) => {
  const files = readdirSync(new URL('../../lib/stages/', import.meta.url)).map((name) => name.replace(/\.ts$/, ''))
  t.same(Object.keys(stages), files.toSorted())
})

for (const [name, hold] of Object.entries(stages)) t.test(name, async (t) => hold(t))
