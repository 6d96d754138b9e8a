import { readFileSync } from 'node:fs'
import t from 'tap'
import * as errors from '../dist/errors.js'

/** code -> scope and exit, from the source. */
const source = readFileSync(new URL('../lib/errors.ts', import.meta.url), 'utf8')
const declared = new Map(
  [...source.matchAll(/export class (\w+) extends (StreamError|RowError) \{([\s\S]*?)\n\}/g)].map(([, name, base, body]) => {
    const code = /code = '(STREAM_\w+)'/.exec(body!)?.[1] ?? 'STREAM_HTTP_<status>'
    const exit = base === 'RowError' ? '' : (/exitCode = (\d+)/.exec(body!)?.[1] ?? '1')
    return [code, { name: name!, scope: base === 'RowError' ? 'row' : 'run', exit }]
  }),
)

t.test('docs/errors.md lists exactly the errors there are, with scope and exit code', async (t) => {
  const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(STREAM_[^`]+)` \| (run|row) \| ?(\d*) ?\|/gm)]
  t.ok(rows.length > 10)
  t.same(Object.fromEntries(rows.map(([, code, scope, exit]) => [code, { scope, exit }])), Object.fromEntries([...declared].map(([code, { scope, exit }]) => [code, { scope, exit }])))
})

t.test('every class is exported under its own name and carries it', async (t) => {
  for (const { name } of declared.values()) t.type((errors as Record<string, unknown>)[name], 'function', name)
  t.match(new errors.RequestStatusError(400, 'too long'), { name: 'RequestStatusError', code: 'STREAM_HTTP_400', message: 'endpoint answered 400: too long' })
  t.match(new errors.ConfigInvalidError(['a', 'b']), { exitCode: 2, problems: ['a', 'b'], message: 'a; b' })
})
