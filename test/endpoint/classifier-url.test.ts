import t from 'tap'
import { classifierUrl } from '../../dist/endpoint/classifier-url.js'

t.test('what is asked, and where the rest of the server is', async (t) => {
  const cases: [string, object][] = [
    ['http://h:8000/classify', { dialect: 'classify', url: 'http://h:8000/classify', base: 'http://h:8000', path: '/classify', query: null }],
    ['https://h/v1/classify/', { dialect: 'classify', url: 'https://h/v1/classify', base: 'https://h/v1', path: '/v1/classify', query: null }],
    ['http://h/a/b/predict', { dialect: 'predict', url: 'http://h/a/b/predict', base: 'http://h/a/b', path: '/a/b/predict', query: null }],
    ['http://h/score?query=a+well+written%20page%3F', { dialect: 'score', url: 'http://h/score', base: 'http://h', path: '/score',
      query: 'a well written page?' }],
  ]
  for (const [text, expected] of cases) t.strictSame(classifierUrl(text), expected, text)
})

t.test('what cannot be', async (t) => {
  const cases: [string, RegExp][] = [
    ['localhost:8000', /^classifier URL localhost:8000 must start with http/],
    ['//h/classify', /is no URL; expected http:\/\/HOST:PORT\/classify/],
    ['ftp://h/classify', /must start with http:\/\/ or https:\/\//],
    ['http://h/v1', /must end in \/classify or \/score \(vLLM\) or \/predict \(TEI\)/],
    ['http://h/', /must end in \/classify/],
    ['http://h/reclassify', /must end in \/classify/],
    ['http://h/score', /needs one: \.\.\.\/score\?query=/],
    ['http://h/score?query=+', /needs one/],
    ['http://h/classify?query=x', /must not carry a query; only \/score has one/],
    ['http://h/classify?query=', /must not carry a query/],
    ['http://h/score?query=x&top=1', /must not carry the parameter top/],
    ['http://h/classify#a', /must not carry a fragment/],
    ['http://u:secret@h/classify', /^classifier URL http:\/\/\*\*\*@h\/classify must not carry a user name/],
  ]
  for (const [text, message] of cases) t.throws(() => classifierUrl(text), { code: 'STREAM_CONFIG_INVALID', message }, text)
})
