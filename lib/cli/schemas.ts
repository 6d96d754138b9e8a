import { proxTemplateNames } from '../recipes/prox-template.ts'
import { fixedFields, layoutNames } from '../run/config.ts'
import { z } from '../validate.ts'

const positive = z.coerce.number().int().min(1, 'expected a whole number from 1')
const seconds = z.coerce.number().positive('expected a number of seconds above 0')
const seed = z.coerce.number().int('expected a whole number').min(0).max(2 ** 31 - 1)

/** A value that has one form on the command line and perhaps another in YAML: `read` gives undefined for neither. */
function form<Value>(expected: string, read: (value: unknown) => Value | undefined): z.ZodType<Value> {
  return z.unknown().transform((value, ctx) => {
    const result = read(value)
    if (result !== undefined) return result
    ctx.addIssue({ code: 'custom', message: `expected ${expected}, got ${typeof value === 'string' ? value : JSON.stringify(value)}` })
    return z.NEVER
  })
}

const names = form('names separated by commas', (value) => {
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'string' ? value.split(',').map((name) => name.trim()).filter(Boolean) : undefined
})

const texts = form('one or several texts', (value) => {
  const list = [value].flat()
  return list.every((text) => typeof text === 'string') ? list : undefined
})

const extraBody = form(`a JSON object such as '{"top_k": 40}', without ${fixedFields.join(', ')}`, (value) => {
  try {
    const object: unknown = typeof value === 'string' ? JSON.parse(value) : value
    if (typeof object !== 'object' || object === null || Array.isArray(object)) return undefined
    return fixedFields.some((field) => field in object) ? undefined : (object as Record<string, unknown>)
  } catch {
    return undefined
  }
})

const headers = form('NAME=VALUE', (value) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, string>
  const pairs = [value].flat().map((pair) => /^([^=]+)=(.*)$/s.exec(String(pair)))
  return pairs.every((pair) => pair !== null) ? Object.fromEntries(pairs.map((pair) => [pair[1]!, pair[2]!])) : undefined
})

const bytes = form('a size such as 256MB', (value) => {
  const match = /^(\d+(?:\.\d+)?)\s*([KMG]?)B?$/i.exec(String(value).trim())
  const size = Math.round(Number(match?.[1] ?? 0) * { '': 1, K: 1e3, M: 1e6, G: 1e9 }[(match?.[2] ?? '').toUpperCase() as '']!)
  return size > 0 ? size : undefined
})

const shard = form('K/N with K from 0 to N-1, such as 0/8', (value) => {
  if (typeof value === 'object' && value !== null) return value as { index: number; count: number }
  const match = /^(\d+)\/(\d+)$/.exec(String(value))
  const [index, count] = [Number(match?.[1]), Number(match?.[2])]
  return match && index < count ? { index, count } : undefined
})

const failures = form('a count such as 100 or a share such as 5%', (value) => {
  if (typeof value === 'object' && value !== null) return value as { rows: number } | { percent: number }
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(String(value).trim())
  if (!match || (match[2] === '' && !Number.isInteger(Number(match[1])))) return undefined
  return match[2] ? { percent: Number(match[1]) } : { rows: Number(match[1]) }
})

const concurrency = form('auto or a whole number from 1', (value) => {
  if (value === 'auto') return value
  const n = Number(value)
  return value !== '' && Number.isInteger(n) && n >= 1 ? n : undefined
})

/** What the value of each setting may be, by its name. Apart from options.ts, so that --help does not wait for zod. */
export const schemas: Readonly<Record<string, z.ZodType>> = {
  recipe: z.union([z.string(), z.record(z.string(), z.unknown())]),
  variants: names,
  quirks: z.enum(['compat', 'safe']),
  samples: positive,
  temperature: z.coerce.number().min(0).max(5),
  'top-p': z.coerce.number().gt(0).max(1),
  'max-tokens': positive,
  tokenizer: z.string().min(1),
  seed,
  'prox-template': z.enum(proxTemplateNames),
  endpoint: names,
  model: z.string(),
  'api-key': z.string(),
  'max-concurrency': concurrency,
  batch: positive.max(1024, 'expected at most 1024'),
  'max-attempts': positive,
  'request-timeout': seconds,
  'ready-timeout': seconds,
  'extra-body': extraBody,
  header: headers,
  'text-column': z.string(),
  'id-column': z.string(),
  'keep-columns': names,
  'on-bad-file': z.enum(['stop', 'skip']),
  dedupe: z.enum(['none', 'exact', 'minhash']),
  'dedupe-index': z.string(),
  'dedupe-memory': bytes,
  'minhash-ngram': positive.max(100),
  'minhash-bands': positive.max(1000),
  'minhash-hashes': positive.max(1000),
  quality: z.string(),
  label: texts,
  'classifier-api-key': z.string(),
  limit: positive,
  shard,
  layout: z.enum(layoutNames),
  'part-size': bytes,
  'state-dir': z.string(),
  resume: z.enum(['auto', 'always', 'never']),
  'max-failures': failures,
  'request-log': z.string().min(1, 'expected a file'),
  'request-log-bodies': positive,
  'diagnose-collapse': positive,
}
