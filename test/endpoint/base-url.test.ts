import t from 'tap'
import { baseUrl } from '../../dist/endpoint/base-url.js'
import { ConfigInvalidError } from '../../dist/errors.js'

t.test('what people paste', async (t) => {
  const cases: [string, string][] = [
    ['http://localhost:8000', 'http://localhost:8000/v1'],
    ['http://localhost:8000/', 'http://localhost:8000/v1'],
    ['http://localhost:8000/v1', 'http://localhost:8000/v1'],
    ['http://localhost:8000/v1//', 'http://localhost:8000/v1'],
    ['HTTP://LocalHost:80/v1', 'http://localhost/v1'],
    ['https://api.example.com/openai/v1', 'https://api.example.com/openai/v1'],
    ['https://gateway.example.com/team-a', 'https://gateway.example.com/team-a/v1'],
    ['https://api.example.com/v1beta/openai/', 'https://api.example.com/v1beta/openai'],
    ['http://[::1]:8000', 'http://[::1]:8000/v1'],
    ['http://h/v1/chat/completions', 'http://h/v1'],
    ['http://h/v1/completions', 'http://h/v1'],
    ['http://h/v1/models/', 'http://h/v1'],
  ]
  for (const [text, expected] of cases) {
    const { origin, prefix } = baseUrl(text)
    t.equal(origin + prefix, expected, text)
  }
})

t.test('what cannot be an endpoint', async (t) => {
  const cases: [string, RegExp][] = [
    ['', /is no URL/],
    ['localhost', /is no URL/],
    ['localhost:8000', /must start with http/],
    ['ftp://h/', /must start with http/],
    ['http://h/v1?api-version=1', /query/],
    ['http://h/v1#x', /fragment/],
    ['http://me:hunter2@h/', /http:\/\/\*\*\*@h\/ must not carry a user name/],
    ['http://hunter2@h/', /must not carry a user name/],
    ['http://me:hunter2@h:port/', /is no URL/],
    ['http://me:hun/hunter2@h/', /is no URL/],
    ['me:hunter2@h', /endpoint URL \*\*\*@h must start with http/],
    ['http://h/v1?key=hunter2', /endpoint URL http:\/\/h\/v1\?\*\*\* must not carry a query/],
    ['http://h/v1#hunter2', /fragment/],
  ]
  for (const [text, message] of cases) {
    const error = t.throws(() => baseUrl(text), { code: 'STREAM_CONFIG_INVALID', message }, text) as ConfigInvalidError
    t.notMatch(error.message, /hunter2/, 'no password is shown')
  }
})
