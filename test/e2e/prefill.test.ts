import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { englishText } from '../../bench/english.js'
import { startSimulated, type Simulated } from '../../bench/simulated/start.js'
import { checkBooks, readSummary, root, run } from './stream-process.js'

const documents = 24
const fourPrompts = readFileSync(join(root, 'bench', 'four-prompts.yaml'), 'utf8')

t.test('the prompts of a document share their prefill, on one endpoint and on two', async (t) => {
  const folder = t.testdir({ 'instruction-first.yaml': fourPrompts.replace('layout: document-first', 'layout: instruction-first') })
  const seeds = join(folder, 'in.jsonl')
  writeFileSync(seeds, Array.from({ length: documents }, (_, n) => `${JSON.stringify({ id: `d${n}`, text: englishText(n, 4000) })}\n`).join(''))

  /** Run against fresh endpoints. @returns prompt tokens that each of them computed */
  async function prefill(name: string, recipe: string, endpoints: number): Promise<number[]> {
    const servers: Simulated[] = await Promise.all(Array.from({ length: endpoints }, () => startSimulated(['--speed', 200, '--output-mean', 40])))
    try {
      const out = join(folder, name)
      const { code, stderr } = await run([seeds, out, '--endpoint', servers.map(({ url }) => url).join(','), '--recipe', recipe, '--max-concurrency', '16', '--quiet'])
      t.equal(code, 0, stderr)
      checkBooks(t, out)
      const stats = await Promise.all(servers.map((server) => server.stats()))
      const { tokens, outputs } = readSummary(out)
      t.equal(outputs.written, 4 * documents)
      t.equal(tokens.cached_prompt, stats.reduce((sum, { cachedTokens }) => sum + cachedTokens, 0), `${name}: the summary says what the servers found`)
      t.equal(tokens.prompt, stats.reduce((sum, { promptTokens }) => sum + promptTokens, 0), `${name}: and what they were sent`)
      return stats.map(({ prefillTokens }) => prefillTokens)
    } finally {
      await Promise.all(servers.map((server) => server.stop()))
    }
  }

  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
  const [all] = await prefill('instruction-first', join(folder, 'instruction-first.yaml'), 1)
  const [one] = await prefill('one', join(root, 'bench', 'four-prompts.yaml'), 1)
  const two = await prefill('two', join(root, 'bench', 'four-prompts.yaml'), 2)
  t.ok(one! <= 0.35 * all!, `one endpoint: ${one} of ${all} tokens`)
  t.ok(sum(two) <= 0.4 * all!, `two endpoints: ${two.join(' + ')} of ${all} tokens`)
  t.ok(Math.min(...two) >= 0.2 * sum(two), `both of them work: ${two.join(' and ')}`)
})
