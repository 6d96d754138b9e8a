import fc from 'fast-check'
import t from 'tap'
import { endpointKey, parseEndpointLines } from '../../dist/endpoint/endpoint-lines.js'

t.test('a file as people write it', async (t) => {
  const text = '\uFEFF# the left rack\r\nhttp://gpu-1:8000\r\n\r\n  http://gpu-2:8000/v1\t# slow\r\n#http://gpu-3:8000\r\nhttp://gpu-4:8000#x'
  t.throws(() => parseEndpointLines(text, 'hosts.txt'), { code: 'STREAM_CONFIG_INVALID', message: /^hosts\.txt:6: endpoint URL .* fragment$/ })
  t.strictSame(parseEndpointLines(text.slice(0, -2), 'hosts.txt'), ['http://gpu-1:8000', 'http://gpu-2:8000/v1', 'http://gpu-4:8000'])
  t.strictSame(parseEndpointLines('', 'hosts.txt'), [])
})

t.test('what is wrong is said in one line, with its place and nothing secret', async (t) => {
  const cases: [string, RegExp][] = [
    ['http://a\nlocalhost:8000', /^f:2: endpoint URL localhost:8000 must start with http:\/\/ or https:\/\/$/],
    ['\n\nhttp://me:hunter2@a', /^f:3: endpoint URL http:\/\/\*\*\*@a must not carry a user name/],
    ['me:hunter2@a:8000', /^f:1: endpoint URL \*\*\*@a:8000 must start with http/],
    ['http://a http://me:hunter2@b', /^f:1: expected one URL a line$/],
    ['http://a,http://me:hunter2@b', /^f:1: expected one URL a line$/],
    ['http://a/\0hunter2', /^f:1: expected one URL a line$/],
    ['x\ny\nhttp://a\nz', /^f:1: endpoint URL x is no URL; expected .* \(and 2 more such lines\)$/],
  ]
  for (const [text, message] of cases) {
    const error = t.throws(() => parseEndpointLines(text, 'f'), { code: 'STREAM_CONFIG_INVALID', message }, JSON.stringify(text)) as Error
    t.notMatch(error.message, /hunter2|\n/)
  }
})

const space = fc.string({ unit: fc.constantFrom(' ', '\t') , maxLength: 3 })
const url = fc.record({ scheme: fc.constantFrom('http', 'https'), host: fc.constantFrom('a', 'gpu-1', '10.0.0.7', '[::1]'), port: fc.integer({ min: 1, max: 65_535 }), path: fc.constantFrom('', '/', '/v1', '/team/v2/') })
  .map(({ scheme, host, port, path }) => `${scheme}://${host}:${port}${path}`)
const comment = fc.string().map((text) => `#${text.replace(/[\r\n]/g, '')}`)
const line = fc.oneof(
  fc.record({ before: space, url, after: fc.oneof(space, comment.map((text) => ` ${text}`)) }).map(({ before, url, after }) => ({ text: before + url + after, url })),
  fc.record({ before: space, rest: fc.oneof(fc.constant(''), comment) }).map(({ before, rest }) => ({ text: before + rest, url: null })),
)

t.test('property: the URLs come out, in order, whatever stands around them', async () => {
  fc.assert(fc.property(fc.array(line), fc.constantFrom('\n', '\r\n', '\r'), fc.boolean(), (lines, end, closed) => {
    const text = lines.map(({ text }) => text).join(end) + (closed ? end : '')
    const expected = lines.flatMap(({ url }) => url ?? [])
    return JSON.stringify(parseEndpointLines(text, 'f')) === JSON.stringify(expected)
  }))
})

t.test('property: any text gives URLs or one line that names a line of it', async () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.oneof(url, fc.string()), { maxLength: 6 }).map((lines) => lines.join('\n'))), (text) => {
    try {
      return parseEndpointLines(text, 'f').every((url) => /^https?:\/\//.test(endpointKey(url)))
    } catch (error) {
      const { code, problems } = error as { code: string, problems: string[] }
      const [, place] = /^f:(\d+): [^\n\r]+$/.exec(problems[0]!) ?? []
      return code === 'STREAM_CONFIG_INVALID' && problems.length === 1 && Number(place) <= text.split(/\r\n|\r|\n/).length
    }
  }))
})

t.test('one endpoint has one key', async (t) => {
  t.equal(endpointKey('http://A:80/'), endpointKey('http://a/v1/chat/completions'))
  t.not(endpointKey('http://a/x'), endpointKey('http://a/y'))
})
