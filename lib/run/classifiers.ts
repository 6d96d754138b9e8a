import { setTimeout as sleep } from 'node:timers/promises'
import { type Classified, type Classifier, openClassifier } from '../endpoint/classifier.ts'
import { ConfigInvalidError } from '../errors.ts'
import type { SeedRow } from '../rows.ts'
import type { LabelOptions } from '../stages/label.ts'
import type { ScoreOptions } from '../stages/score.ts'
import { canonicalFormat } from '../text/web-formats.ts'
import type { RunConfig } from './config.ts'
import { type LabelSource, type ScoreSource } from './selection.ts'
import type { TextJudge } from './text-judge.ts'

/** What gives seeds their scores and labels in a run; absent where they come with the rows. */
export interface Classifiers {
  /** For the score stage; null where there is nothing to be scored. */
  readonly score: ScoreOptions | null
  /** For the label stages, by the name of the label. */
  readonly labels: Readonly<Record<string, Omit<LabelOptions, 'name' | 'onLabel'>>>
  close(): Promise<void>
}

export interface ClassifierParts {
  readonly config: RunConfig
  readonly source: ScoreSource | null
  readonly labels: Readonly<Record<string, LabelSource>>
  readonly judge: TextJudge
  readonly now: () => number
  readonly random: () => number
}

/** Requests at once to a classifier server. */
const concurrency = 8

/**
 * Open what scores and labels the seeds, and check it: a model file is read, a URL looked at.
 * @throws ConfigInvalidError
 */
export async function openClassifiers({ config, source, labels, judge, now, random }: ClassifierParts): Promise<Classifiers> {
  const open: Classifier[] = []
  const classify = (url: string): Classifier => {
    const opened = openClassifier({
      url, model: null, apiKey: config.classifierApiKey, headers: {}, concurrency, readyTimeoutMs: config.readyTimeout * 1000,
      maxAttempts: config.maxAttempts, deadlineMs: config.requestTimeout * 1000,
      random, now, sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    })
    open.push(opened)
    return opened
  }
  return {
    score: await scoring(source, judge, classify),
    labels: Object.fromEntries(Object.entries(labels).map(([name, from]) => [name, labelling(name, from, classify)])),
    close: async () => void (await Promise.all(open.map((each) => each.close()))),
  }
}

async function scoring(source: ScoreSource | null, judge: TextJudge, classify: (url: string) => Classifier): Promise<ScoreOptions | null> {
  if (source === null || source.kind === 'column') return null
  if (source.kind === 'fasttext') {
    const { file } = source
    const labels = await judge.fastTextLabels(file).catch((cause: Error) => {
      throw new ConfigInvalidError([`--quality: ${cause.message}`], { cause })
    })
    const at = labelAt(file, labels, source.label)
    return { concurrency: 3, score: (rows) => judge.fastTextScores(file, at, textsOf(rows)) }
  }
  const server = classify(source.url)
  return {
    concurrency: 2 * concurrency,
    score: async (rows, signal) => {
      const answers = await server.classify(textsOf(rows), signal)
      return answers.map((answer) => (answer instanceof Error ? answer : scoreIn(answer, source)))
    },
  }
}

/** fastText's labels have a prefix that nobody wants to type. DCLM's model says `hq` for what it is to find. */
function labelAt(file: string, labels: readonly string[], wanted: string | null): number {
  const at = labels.findIndex((label) => label === (wanted ?? '__label__hq') || label === `__label__${wanted}`)
  if (at >= 0) return at
  const said = wanted === null ? 'which label is the score is not said' : `the model has no label "${wanted}"`
  throw new ConfigInvalidError([`--quality: ${said}; write fasttext:${file}#LABEL, LABEL one of ${labels.slice(0, 20).join(', ')}`])
}

/** @throws ConfigInvalidError, since a label that is not in one answer is in none */
function scoreIn({ scores }: Classified, { url, label }: ScoreSource & { kind: 'http' }): number {
  const names = Object.keys(scores)
  const name = label ?? (names.length === 1 ? names[0]! : null)
  const score = name === null ? undefined : scores[name]
  if (score !== undefined) return score
  throw new ConfigInvalidError([`--quality: ${url} answers with the labels ${names.join(', ')}; write http:${url}#LABEL to say which is the score`])
}

function labelling(name: string, source: LabelSource, classify: (url: string) => Classifier): Omit<LabelOptions, 'name' | 'onLabel'> {
  // Classifiers of web formats answer with numbers or letters as often as with names.
  const named = name === 'formats' ? (label: string) => canonicalFormat(label) ?? label : (label: string) => label
  if (source.kind === 'column') {
    return { concurrency: 1, label: async (rows) => rows.map(({ labels }) => (labels[name] == null ? null : named(labels[name]))) }
  }
  const server = classify(source.url)
  return {
    concurrency: 2 * concurrency,
    label: async (rows, signal) => {
      const answers = await server.classify(textsOf(rows), signal)
      return answers.map((answer) => (answer instanceof Error ? answer : named(answer.label)))
    },
  }
}

function textsOf(rows: readonly SeedRow[]): string[] {
  return rows.map(({ text }) => text)
}
