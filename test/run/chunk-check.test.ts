import t from 'tap'
import { builtIn } from '../../dist/recipes/built-in.js'
import { checkChunks } from '../../dist/run/chunk-check.js'

const check = (name: string, sampling: object = {}, extraBody: object = {}) => () => checkChunks({ recipe: builtIn.get(name)!, sampling, extraBody: extraBody as Record<string, unknown> })

t.test('every recipe can cut as it stands', async (t) => {
  for (const name of builtIn.keys()) t.doesNotThrow(check(name), name)
})

t.test('replies that may fill the context leave no room, whoever says so; one line a step', async (t) => {
  t.doesNotThrow(check('rewire', { max_tokens: 12_000 }))
  const refused = { code: 'STREAM_CONFIG_INVALID', problems: { length: 1 }, message: /step \w+: max_tokens \d+ and the instruction leave no room for documents/ }
  t.throws(check('rewire', { max_tokens: 12_288 }), refused, '--max-tokens')
  t.throws(check('finephrase', { max_tokens: 100 }, { max_tokens: 9000 }), refused, '--extra-body goes before it')
})
