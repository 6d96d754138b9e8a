import fc from 'fast-check'
import t from 'tap'
import { encodeRequest } from '../../dist/endpoint/protocol.js'
import type { Failure, Headers } from '../../dist/endpoint/retry.js'
import { decide, refusal, retryAfter } from '../../dist/endpoint/retry.js'
import { ResponseInvalidError } from '../../dist/errors.js'

const url = 'http://h:8000/v1/chat/completions'
const request = encodeRequest({ shape: 'chat', messages: [] },
  { model: 'tiny', sampling: {}, sample: 0, extraBody: {} })
const epoch = Date.parse('2026-01-01T00:00:00Z')

function after(failure: Failure, attempts: number, costly = 0, maxAttempts = 6): object {
  return decide(failure, { attempts, costly }, { maxAttempts, random: () => 1, now: () => epoch }, request, url)
}

function answer(status: number, body = '', headers: Headers = {}): Failure {
  return { kind: 'answer', status, headers, body }
}

function broken(code: string): Failure {
  return { kind: 'broken', code, message: `${code} happened` }
}

t.test('statuses', async (t) => {
  for (const status of [408, 409, 425, 429, 500, 502, 503, 504, 520, 524, 529]) {
    t.match(after(answer(status), 1), { action: 'retry', delayMs: 1000 }, `${status} is retried`)
    t.match(after(answer(status, '{"error":{"message":"busy"}}'), 6), {
      action: 'fail-row', unreachable: true, error: { code: `STREAM_HTTP_${status}`,
        message: `endpoint answered ${status}: busy` },
    }, `${status} at last`)
  }
  for (const status of [400, 406, 413, 415, 422, 431, 451, 501, 505]) {
    t.match(after(answer(status, 'too long'), 1), {
      action: 'fail-row', unreachable: false, error: { code: `STREAM_HTTP_${status}`, message: /too long/ },
    }, `${status} fails the row`)
  }
})

t.test('what every request would get ends the run', async (t) => {
  const cases: [Failure, RegExp][] = [
    [answer(401, '{"error":{"message":"Invalid API Key"}}'),
      /^http:\/\/h:8000\S+ answered 401: Invalid API Key; check --api-key or OPENAI_API_KEY$/],
    [answer(403, ''), /answered 403: .*check --api-key/],
    [answer(404, '{"detail":"Not Found"}'),
      /completions answered 404 for model "tiny": Not Found; check --endpoint and --model/],
    [answer(404, '{"error":{"message":"The model `tiny` does not exist.","code":404}}'), /does not exist/],
    [answer(405, ''), /answered 405 for model "tiny"/],
    [answer(400, '{"error":{"message":"no","code":"model_not_found"}}'), /answered 400 for model "tiny": no/],
    [answer(308, '', { location: 'https://h/v1/chat/completions' }),
      /redirection to https:\/\/h\/v1\/chat\/completions/],
    [answer(302, ''), /redirection to nowhere/],
    [answer(402, 'pay'), /answered 402: pay; the account has no credit/],
    [answer(429, '{"error":{"message":"quota","code":"insufficient_quota"}}'),
      /answered 429: quota; the account has no credit/],
  ]
  for (const [failure, message] of cases) {
    t.match(after(failure, 1), { action: 'end-run', error: { code: 'STREAM_ENDPOINT_REFUSED', message } })
  }
  t.match(refusal({ kind: 'answer', status: 404, headers: {}, body: 'x' }, url, null)?.message,
    /answered 404: x; check/)
})

t.test('broken connections', async (t) => {
  const codes = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_SOCKET',
    'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'HPE_INVALID_CONSTANT']
  for (const code of codes) {
    t.match(after(broken(code), 5), { action: 'retry' }, `${code} is retried`)
    t.match(after(broken(code), 6), { action: 'fail-row', unreachable: true, error: {
      code: 'STREAM_REQUEST_FAILED', message: `no answer from ${url} after 6 attempts: ${code} happened` } },
    `${code} at last`)
  }
  t.match(after(broken('ENOTFOUND'), 2), { action: 'retry' }, 'a name is looked up three times')
  t.match(after(broken('ENOTFOUND'), 3), { action: 'fail-row', unreachable: true })
  const lasting = ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'EPROTO',
    'ERR_TLS_CERT_ALTNAME_INVALID']
  for (const code of lasting) {
    t.match(after(broken(code), 1), { action: 'fail-row', unreachable: true,
      error: { message: /no answer from \S+: \w+ happened/ } }, code)
  }
})

t.test('what costs a generation is done three times at most', async (t) => {
  const invalid: Failure = { kind: 'invalid', error: new ResponseInvalidError('no choices') }
  t.match(after(invalid, 1, 1), { action: 'retry' })
  t.match(after(invalid, 2, 2), { action: 'retry' })
  t.match(after(invalid, 3, 3), { action: 'fail-row', unreachable: false, error: invalid.error })
  t.match(after(invalid, 5, 2), { action: 'retry' }, 'cheap failures before it do not count')
  t.match(after(invalid, 6, 1), { action: 'fail-row', error: invalid.error }, 'but no more attempts than all')
  t.match(after(broken('DEADLINE'), 2, 2), { action: 'retry' })
  t.match(after(broken('DEADLINE'), 3, 3), { action: 'fail-row', unreachable: true,
    error: { message: /DEADLINE happened/ } })
  t.match(after(invalid, 1, 1, 1), { action: 'fail-row' }, 'one attempt only')
})

t.test('backoff', async (t) => {
  const delays = (random: number): unknown[] => [1, 2, 3, 4, 5, 6, 50].map((attempts) => {
    const decision = decide(answer(503), { attempts, costly: 0 },
      { maxAttempts: 99, random: () => random, now: () => 0 }, request, url)
    return decision.action === 'retry' && decision.delayMs
  })
  t.strictSame(delays(0), [500, 1500, 4500, 13500, 30000, 30000, 30000])
  t.strictSame(delays(1), [1000, 3000, 9000, 27000, 60000, 60000, 60000])
})

t.test('Retry-After', async (t) => {
  const date = (seconds: number): string => new Date(epoch + seconds * 1000).toUTCString()
  const cases: [Headers, number | null, string][] = [
    [{ 'retry-after': '7' }, 7000, 'seconds'],
    [{ 'retry-after': ' 1.5 ' }, 1500, 'a fraction'],
    [{ 'retry-after': ['3', '9'] }, 3000, 'twice'],
    [{ 'retry-after': '86400' }, 120_000, 'capped'],
    [{ 'retry-after': date(30) }, 30_000, 'date'],
    [{ 'retry-after': date(86_400) }, 120_000, 'date, capped'],
    [{ 'retry-after': date(3630), date: date(3600) }, 30_000, 'date of a server whose clock is fast'],
    [{ 'retry-after': date(-5) }, null, 'date in the past'],
    [{ 'retry-after-ms': '250', 'retry-after': '1' }, 250, 'milliseconds'],
    [{ 'retry-after': '0' }, null, 'zero: own backoff'],
    [{ 'retry-after': '-3' }, null, 'negative'],
    [{ 'retry-after': 'soon' }, null, 'words'],
    [{ 'retry-after': '' }, null, 'empty'],
    [{}, null, 'absent'],
  ]
  for (const [headers, expected, name] of cases) t.equal(retryAfter(headers, epoch), expected, name)
  t.match(after(answer(429, '', { 'retry-after': '7' }), 3), { action: 'retry', delayMs: 7500 },
    'wish, and jitter on top')
  t.match(after(answer(503, '', { 'retry-after': date(20) }), 1), { action: 'retry', delayMs: 20_500 })
  t.match(after(answer(429, '', { 'retry-after': '7' }), 6), { action: 'fail-row' }, 'is no extra attempt')
  t.doesNotThrow(() => fc.assert(fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (wish, date) => {
    const wait = retryAfter({ 'retry-after': wish, date }, epoch)
    return wait === null || (wait > 0 && wait <= 120_000)
  })))
})

t.test('every failure comes to an end', async (t) => {
  const failure = fc.oneof(
    fc.record({ kind: fc.constant('answer' as const), status: fc.integer({ min: 300, max: 599 }),
      headers: fc.constant({}), body: fc.string() }),
    fc.record({ kind: fc.constant('broken' as const), message: fc.string(),
      code: fc.constantFrom('ECONNRESET', 'DEADLINE', 'ENOTFOUND', 'odd') }),
  )
  t.doesNotThrow(() => fc.assert(fc.property(failure, fc.integer({ min: 1, max: 20 }), (failure, maxAttempts) => {
    for (let attempts = 1, costly = 0; attempts <= maxAttempts; attempts++) {
      if (failure.kind === 'broken' && failure.code === 'DEADLINE') costly++
      const decision = decide(failure, { attempts, costly }, { maxAttempts, random: Math.random, now: () => 0 },
        request, url)
      if (decision.action !== 'retry') return true
      if (!(decision.delayMs > 0 && decision.delayMs <= 121_000)) return false
    }
    return false
  })))
})
