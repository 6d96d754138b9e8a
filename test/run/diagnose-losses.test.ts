import { join } from 'node:path'
import t, { type Test } from 'tap'
import { baselineOf, diagnoseLosses, firstAnomalyPosition } from '../../dist/index.js'
import { differencesOf } from '../../dist/run/first-anomaly.js'
import { run } from '../e2e/stream-process.ts'

/** Losses around 2 nats; the two models are 0.1 apart, more or less. */
const real = (n: number) => Array.from({ length: n }, (_, i) => 2 + 0.5 * Math.sin(i))
const close = (n: number) => real(n).map((loss, i) => loss + 0.1 + 0.05 * Math.cos(7 * i))
const stepAt = (n: number, share: number) => close(n).map((loss, i) => (i >= share * n ? loss + 3 : loss))

const rows = [
  ...Array.from({ length: 8 }, (_, i) => ({ id: `sound ${i}`, real_loss: real(500 + i), synthetic_loss: close(500 + i) })),
  { id: 'late', real_loss: real(400), synthetic_loss: stepAt(400, 0.6) },
  { real_loss: real(10), synthetic_loss: close(10) },
  { id: 7, real_loss: [], synthetic_loss: [] },
]
const file = (t: Test, lines: readonly unknown[]) =>
  join(t.testdir({ 'losses.jsonl': lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n') }), 'losses.jsonl')

t.test('two loss arrays a row: none is -1, a step at 60 % is found there', async (t) => {
  const found: { id: string; tokens: number; position: number }[] = []
  const summary = await diagnoseLosses(file(t, [...rows, '', '  ']), 3, (row) => found.push(row))
  t.same(found.map(({ id, tokens, position }) => [id, tokens, position < 0]), [
    ...Array.from({ length: 8 }, (_, i) => [`sound ${i}`, 500 + i, true]), ['late', 400, false], ['10', 10, true], ['7', 0, true],
  ])
  const { position } = found.find(({ id }) => id === 'late')!
  t.ok(Math.abs(position - 0.6) <= 0.05, `${position} within a window of 0.6`)
  // The two passes over the file are the definition over all of it at once.
  const baseline = baselineOf(rows.map((row) => differencesOf(row.synthetic_loss, row.real_loss)))
  t.equal(position, firstAnomalyPosition(rows[8]!.synthetic_loss, rows[8]!.real_loss, { k: 3, baseline }))
  t.ok(Math.abs(summary.bar - (Math.abs(baseline.mean) + 3 * baseline.deviation)) < 1e-9)
  t.match(summary, { rows: 11, anomalies: 1, meanPosition: position })
  t.ok(Math.abs(summary.realLoss - 2) < 0.02 && summary.syntheticLoss > summary.realLoss + 0.1)
})

t.test('k: the lower, the more stands out; by itself a long step needs a low one', async (t) => {
  const alone = file(t, [{ id: 'late', real_loss: real(400), synthetic_loss: stepAt(400, 0.6) }])
  const at = async (k: number) => {
    let position = NaN
    await diagnoseLosses(alone, k, (row) => (position = row.position))
    return position
  }
  t.equal(await at(3), -1)
  t.ok(Math.abs((await at(1)) - 0.6) < 0.05)
})

t.test('what is wrong in the file, and where', async (t) => {
  const good = { real_loss: [1, 2], synthetic_loss: [1, 2] }
  const cases: [unknown, RegExp][] = [
    [{ real_loss: [1, 2] }, /losses\.jsonl, line 3: synthetic_loss: expected an array of numbers, the loss of each token$/],
    [{ real_loss: [null, 2], synthetic_loss: [1, 2] }, /line 3: real_loss: expected an array of numbers/],
    [{ real_loss: [1], synthetic_loss: [1, 2] }, /line 3: 1 values in real_loss and 2 in synthetic_loss: expected as many/],
    ['{"real_loss": [1', /line 3: no JSON: /],
    ['null', /line 3: real_loss: expected/],
  ]
  for (const [bad, message] of cases) await t.rejects(diagnoseLosses(file(t, [good, '', bad]), 3, () => {}), { code: 'STREAM_INPUT_UNREADABLE', message })
  for (const path of [join(t.testdirName, 'gone.jsonl'), t.testdirName]) {
    await t.rejects(diagnoseLosses(path, 3, () => {}), { code: 'STREAM_INPUT_UNREADABLE', message: /cannot be read: E(NOENT|ISDIR)/ })
  }
  t.match(await diagnoseLosses(file(t, []), 3, () => {}), { rows: 0, anomalies: 0, meanPosition: null, realLoss: 0, bar: 0 })
})

t.test('--diagnose-losses: rows on stdout, a summary on stderr', async (t) => {
  const losses = file(t, rows)
  const { code, stdout, stderr } = await run(['--diagnose-losses', losses])
  t.equal(code, 0, stderr)
  const told = String(stdout).trim().split('\n').map((line) => JSON.parse(line))
  t.equal(told.length, rows.length)
  t.same(told[0], { id: 'sound 0', tokens: 500, first_anomaly_position: -1 })
  t.match(told[8], { id: 'late', tokens: 400, first_anomaly_position: Number })
  t.match(stderr, /^1 of 11 rows come apart, on average at 0\.\d\d; mean loss 2\.0\d real, 2\.\d\d synthetic; an anomaly is above \d\.\d\d\n$/)
  t.match(await run(['--diagnose-losses', losses, '--anomaly-k', '99', '--quiet']), { code: 0, stderr: '' })
  t.match(await run(['--diagnose-losses', losses, '--anomaly-k', 'x']), { code: 2, stderr: /--anomaly-k: expected a number from 0, got x/ })
  t.match(await run(['--anomaly-k', '2']), { code: 2, stderr: /--anomaly-k: only --diagnose-losses has one/ })
})
