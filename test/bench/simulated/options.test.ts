import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { helpText, readOptions, readSettings } from '../../../bench/simulated/options.js'

t.test('options', async (t) => {
  t.match(readOptions([]), { maxNumSeqs: 256, speed: 1, metrics: 'vllm', maxQueue: Infinity, prefixCache: true, faults: [] })
  t.match(readOptions(['--max-num-seqs', '64', '--no-prefix-cache', '--fault', '429=0.1', '--fault', 'hang=0.01', '--queue-full-status', '429']),
    { maxNumSeqs: 64, prefixCache: false, queueFullStatus: 429, faults: [{ kind: '429', share: 0.1 }, { kind: 'hang', share: 0.01 }] })
  t.equal(readOptions(['--help']), 'help')
  for (const [args, message] of [
    [['--max-seqs', '3'], /Unknown option '--max-seqs'/],
    [['--speed', '0'], /--speed must be above 0/],
    [['--base-ms', 'x'], /--base-ms must be a number, 0 or more, not "x"/],
    [['--metrics', 'tgi'], /--metrics must be one of vllm, vllm-v0, sglang, llamacpp, none, not "tgi"/],
    [['--kv-tokens', '1000'], /--kv-tokens \(1000\) must hold one longest sequence: 8192/],
    [['--max-num-batched-tokens', '100'], /must be at least --max-num-seqs \(256\)/],
  ] as const) t.throws(() => readOptions(args), message)
  t.throws(() => readSettings({ kvTokens: 5 }), /"kvTokens" cannot change; what can: maxNumSeqs/)
})

t.test('the program teaches and complains', async (t) => {
  const run = (...args: string[]) => spawnSync(process.execPath, [fileURLToPath(new URL('../../../bench/run.js', import.meta.url)), 'simulated', ...args], { encoding: 'utf8' })
  const help = run('--help')
  t.equal(help.stdout, helpText())
  t.match(help.stdout, '--per-kv-token-ms')
  const wrong = run('--speed', 'fast')
  t.equal(wrong.status, 2)
  t.equal(wrong.stderr, 'simulated: --speed must be a number, 0 or more, not "fast"\n')
})
