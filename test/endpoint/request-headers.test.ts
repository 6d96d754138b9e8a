import t from 'tap'
import { redactor, requestHeaders } from '../../dist/endpoint/request-headers.js'

function sent(apiKey: string, headers: Record<string, string> = {}): Record<string, string> {
  const flat = requestHeaders({ apiKey, headers })
  return Object.fromEntries(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? '']] : [])))
}

t.test('key and headers', async (t) => {
  t.match(sent('EMPTY'), { authorization: 'Bearer EMPTY', 'content-type': 'application/json' })
  t.notOk('authorization' in sent(''), 'no key, no header')
  t.notOk('accept-encoding' in sent('EMPTY'), 'compression costs more than it saves')
  t.equal(sent('EMPTY', { Authorization: 'Basic abc' })['authorization'], 'Basic abc', 'an own one wins')
  t.match(sent('EMPTY', { 'X-Team': 'a', 'api-key': 'k' }), { 'x-team': 'a', 'api-key': 'k' })
})

t.test('what HTTP does not allow is said at once, without the value', async (t) => {
  const cases: [string, Record<string, string>, RegExp][] = [
    ['hunter2\n', {}, /^the API key is not allowed by HTTP/],
    ['hunter2\u20ac', {}, /^the API key/],
    ['k', { 'x-a': 'hunter2\r\nx-b: 1' }, /^header x-a has a value/],
    ['k', { 'x a': 'hunter2' }, /^header name "x a"/],
    ['k', { 'Content-Length': '3' }, /set by the client itself/],
    ['k', { 'accept-encoding': 'gzip' }, /set by the client itself/],
  ]
  for (const [apiKey, headers, message] of cases) {
    const error = t.throws(() => requestHeaders({ apiKey, headers }),
      { code: 'STREAM_CONFIG_INVALID', message }) as Error
    t.notMatch(error.message, /hunter2/)
  }
})

t.test('redactor', async (t) => {
  const redact = redactor({ apiKey: 'sk-0123456789', headers: { Authorization: 'Basic dXNlcjpwYXNz',
    'x-team': 'research-one' } })
  t.equal(redact('got sk-0123456789 and dXNlcjpwYXNz of research-one, sk-0123456789'),
    'got *** and *** of ***, ***')
  t.equal(redactor({ apiKey: 'EMPTY', headers: {} })('EMPTY choices'), 'EMPTY choices')
})
