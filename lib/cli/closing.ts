import { conversational, type Summary } from '../run/summary.ts'
import { plural, reasons, short, whole } from './format.ts'
import { judgeLine } from './judge-line.ts'

/** What a person wants to know when a run has ended: five lines and where to look. */
export function closingLines(summary: Summary, output: string, done: boolean): string[] {
  const { run, seeds, requests, outputs, tokens, rates } = summary
  const list = (...parts: string[]): string => parts.filter(Boolean).join(', ')
  const cachedShare = tokens.prompt > 0 ? Math.round((100 * tokens.cached_prompt) / tokens.prompt) : 0
  const rejected = [seeds.dropped, seeds.failed, outputs.dropped, outputs.failed].some((counts) => Object.keys(counts).length > 0)
  return [
    `${done ? 'done' : 'stopped'} after ${run.seconds.toFixed(1)} s, recipe ${run.recipe}, model ${run.model}`,
    `  seeds     ${list(`${whole(seeds.received)} read`, `${whole(seeds.kept)} kept`, reasons('dropped', seeds.dropped), reasons('failed', seeds.failed))}`,
    `  requests  ${list(`${whole(requests.planned)} planned`, requests.unasked > 0 ? `${whole(requests.unasked)} with nothing to ask` : '', `${whole(requests.completed)} answered`, requests.cached > 0 ? `${whole(requests.cached)} reused` : '', requests.retries > 0 ? `${whole(requests.retries)} retried` : '', reasons('failed', requests.failed))}`,
    `  outputs   ${list(`${whole(outputs.written)} written in ${plural(outputs.parts, 'part')}`, reasons('dropped', outputs.dropped), reasons('failed', outputs.failed))}`,
    `  tokens    ${list(`${short(tokens.prompt)} prompt${cachedShare > 0 ? ` (${cachedShare} % from the prefix cache)` : ''}`, `${short(tokens.completion)} completion at ${short(rates.completion_tokens_per_s)}/s`, `${short(tokens.kept)} kept`)}`,
    ...Object.entries(summary.counts).flatMap(([step, counts]) => judgeLine(step, counts) ?? []),
    ...(summary.collapse ? [collapseLine(summary.collapse)] : []),
    ...Object.entries(summary.labels).map(([name, counts]) => `  labels    ${name}: ${labelShares(counts)}`),
    ...hints(summary),
    ...seeds.skipped_files.map(({ message }) => `  skipped   ${message}`),
    ...(output === '-' ? [] : [`  look at   ${output}${rejected ? ', what was left out and why in _rejected/' : ''}, counts in _run/summary.json`]),
  ]
}

/** The most frequent labels with their shares, and how much of it is conversation (BeyondWeb RQ4 goes by that). */
function labelShares(counts: Readonly<Record<string, number>>): string {
  const sum = Object.values(counts).reduce((a, b) => a + b, 0)
  const share = (n: number): string => `${((100 * n) / Math.max(1, sum)).toFixed(1)} %`
  const most = Object.entries(counts).sort(([, a], [, b]) => b - a).slice(0, 3)
  const talk = conversational(counts)
  const ofTalk = talk > 0 ? `; conversational ${share(talk)}` : ''
  return most.map(([label, n]) => `${label} ${share(n)}`).join(', ') + ofTalk
}

/** `  collapse  3 of 100 outputs ...` */
function collapseLine({ compared, sampled, anomalies, mean_position, source_loss, written_loss }: NonNullable<Summary['collapse']>): string {
  if (compared === 0) return `  collapse  none of ${plural(sampled, 'output')} could be compared`
  const where = mean_position === null ? '' : `, on average at ${mean_position.toFixed(2)}`
  return `  collapse  ${whole(anomalies)} of ${plural(compared, 'output')} come apart from their source${where}; mean loss ${source_loss!.toFixed(2)} of sources, ${written_loss!.toFixed(2)} of outputs`
}

/** What is worth a second look. */
function hints({ seeds, stages }: Summary): string[] {
  const judging = stages.filter(({ name }) => name === 'quality' || name === 'select')
  const dropped = judging.reduce((n, { received, kept }) => n + received - kept, 0)
  if (dropped <= seeds.received / 2) return []
  return [`  note      the quality rule dropped ${Math.round((100 * dropped) / seeds.received)} % of the seeds: is it made for such documents?`]
}
