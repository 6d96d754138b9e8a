import { readdirSync } from 'node:fs'
import t, { type Test } from 'tap'
import { RequestStatusError } from '../../dist/errors.js'
import { admit } from '../../dist/stages/admit.js'
import { dedupe } from '../../dist/stages/dedupe.js'
import { expand } from '../../dist/stages/expand.js'
import { infer } from '../../dist/stages/infer.js'
import { label } from '../../dist/stages/label.js'
import { length } from '../../dist/stages/length.js'
import { join } from '../../dist/stages/join.js'
import { parse, type Parsed } from '../../dist/stages/parse.js'
import { rules } from '../../dist/stages/rules.js'
import { score } from '../../dist/stages/score.js'
import { select } from '../../dist/stages/select.js'
import { firstBroken, type RuleSet } from '../../dist/text/rules.js'
import type { GeneratedRow } from '../../dist/rows.js'
import { ask, generatedRow, promptRow, reply, seedRow } from '../rows.js'
import { stageContract } from '../stage-contract.js'

const judge = (rules: RuleSet) => async (texts: readonly string[]) => texts.map((text) => firstBroken([rules], text))
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
  dedupe: (t) => {
    const find = () => {
      const owners = new Map<string, string>()
      return async ({ ids, texts }: { ids: readonly string[]; texts: readonly string[] }) =>
        texts.map((text, k) => {
          const of = owners.get(text.toLowerCase())
          if (of === undefined) owners.set(text.toLowerCase(), ids[k]!)
          return of === undefined ? null : { of, kind: 'exact' as const, jaccard: 1, earlierRun: false }
        })
    }
    stageContract(t, () => dedupe({ find: find() }), seeds)
  },
  expand: (t) => {
    const asks = async (rows: readonly unknown[]) => rows.map(() => ['summary', 'qa'].map((variant) => ask(variant)))
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
  join: (t) => {
    const how = { separator: '\n', partial: 'drop' as const }
    // Chunks of a document are always in one batch, so none of these has a sibling: it is the only one, or they are missing.
    const chunks = outputs.map((row, n) => ({ ...row, id: `${row.id}.0`, chunk: { index: 0, count: 1 + (n % 2), whole: row.id, of: 'all', outer: null } }))
    stageContract(t, () => join({ name: 'join', joinOf: () => how }), [...outputs, ...chunks])
  },
  label: (t) => {
    const give = async (rows: readonly { text: string }[]) =>
      rows.map(({ text }) => (text === '' ? null : text.length > 100_000 ? new RequestStatusError(413, 'long') : 'FAQs'))
    stageContract(t, () => label({ name: 'formats', concurrency: 2, label: give, onLabel: () => {} }), seeds)
  },
  length: (t) => {
    const count = async (texts: readonly string[]) => texts.map((text) => text.length)
    stageContract(t, () => length({ minTokens: 50, maxTokens: 5000, truncated: 'drop', count }), outputs)
  },
  parse: (t) => {
    const read = async (rows: readonly GeneratedRow[]) => rows.map(({ text, slots }): Parsed => {
      if (text.length % 3 === 0) return { status: 'failed', reason: 'STREAM_PARSE_FAILED', detail: 'no tag' }
      const output = { text: text.trim(), slots, judgeScore: null }
      return { outputs: text.length % 2 === 0 ? [output, output] : [output] }
    })
    stageContract(t, () => parse({ name: 'parse', parse: read }), outputs)
  },
  rules: (t) => {
    stageContract(t, () => rules({ name: 'quality', ordered: true, judge: judge('gopher') }), seeds)
    stageContract(t, () => rules({ name: 'collapse', ordered: false, judge: judge('gopher_repetition') }), outputs)
  },
  score: (t) => {
    const give = async (rows: readonly { text: string }[]) =>
      rows.map(({ text }) => (text.length > 100_000 ? new RequestStatusError(413, 'long') : text.length))
    stageContract(t, () => score({ concurrency: 2, score: give }), seeds)
  },
  select: (t) => {
    const tests = [{ kind: 'threshold', operator: '>=', value: 3 }, { kind: 'top', share: 0.5 }] as const
    stageContract(t, () => select({ what: 'score', tests }), [...seeds, seedRow({ score: null })])
  },
}

t.test('every stage is held to the contract', async (t) => {
  const files = readdirSync(new URL('../../lib/stages/', import.meta.url)).map((name) => name.replace(/\.ts$/, ''))
  t.same(Object.keys(stages), files.toSorted())
})

for (const [name, hold] of Object.entries(stages)) t.test(name, async (t) => hold(t))
