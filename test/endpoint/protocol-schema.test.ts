import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { encodeRequest } from '../../dist/endpoint/protocol.js'
import type { Prompt } from '../../dist/rows.js'

/** Reads [schema name, body] pairs, writes one line of complaint or an empty one for each. */
const validator = `
import json, sys
from jsonschema import Draft202012Validator
document = json.load(open(sys.argv[1]))
for name, body in json.load(sys.stdin):
    check = Draft202012Validator({'$ref': '#/components/schemas/' + name, 'components': document['components']})
    errors = check.iter_errors(json.loads(body))
    print('; '.join(e.json_path + ' ' + e.message[:200].replace('\\n', ' ') for e in errors))
`

const openai = new URL('../../../shared/data/openai/', import.meta.url)
const schema = fileURLToPath(new URL('openai-chat-completions.schema.json', openai))
const hasPython = spawnSync('python3', ['-c', 'import jsonschema']).status === 0
const missing = (!existsSync(schema) && 'no shared data') || (!hasPython && 'no python3 with jsonschema')

function complaints(pairs: readonly (readonly [string, string])[]): string[] {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', validator, schema],
    { input: JSON.stringify(pairs), encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout.split('\n').slice(0, pairs.length)
}

t.test('every body that we send is valid under OpenAI\'s own schema', { skip: missing }, async (t) => {
  const prompts: Prompt[] = [
    { shape: 'chat', messages: [{ role: 'user', content: 'x' }] },
    { shape: 'chat', messages: [{ role: 'system', content: '' }, { role: 'user', content: 'x' },
      { role: 'assistant', content: 'y' }] },
    { shape: 'completion', prompt: 'x' },
    { shape: 'completion', prompt: '' },
  ]
  const samplings = [
    {}, { temperature: 0 }, { temperature: 2, top_p: 1, max_tokens: 1, stop: ['a', 'b'], seed: 0 }, { stop: [] },
    { seed: Number.MAX_SAFE_INTEGER, max_tokens: 131072, top_p: 0 },
  ]
  const pairs = prompts.flatMap((prompt) => samplings.map((sampling) => [
    prompt.shape === 'chat' ? 'CreateChatCompletionRequest' : 'CreateCompletionRequest',
    encodeRequest(prompt, { model: 'tiny', sampling, sample: 0, extraBody: { frequency_penalty: 0.5 } }).body,
  ] as const))
  t.strictSame(complaints(pairs), pairs.map(() => ''))
})

t.test('the check finds what is wrong', { skip: missing }, async (t) => {
  const [noMessages, noStop, stringSeed] = complaints([
    ['CreateChatCompletionRequest', '{"model":"m"}'],
    ['CreateChatCompletionRequest', '{"model":"m","messages":[{"role":"user","content":"x"}],"stop":[]}'],
    ['CreateCompletionRequest', '{"model":"m","prompt":"x","seed":"7"}'],
  ])
  t.match(noMessages, /'messages' is a required property/)
  t.match(noStop, /\$\.stop/)
  t.match(stringSeed, /\$\.seed/)
})
