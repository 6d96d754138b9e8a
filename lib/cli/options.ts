import { z } from '../validate.ts'

/** One setting: a flag, a key of the config file, and a line of --help. */
export interface Setting {
  /** kebab-case on the command line and in YAML. */
  readonly name: string
  /** `<N>` shown after the flag; absent on switches. */
  readonly value?: string
  readonly group: string
  readonly help: string
  readonly schema: z.ZodType
  /** May be given several times on the command line, and as a list in YAML. */
  readonly repeatable?: boolean
}

/** Shown in --help in this order. */
export const groups = ['Recipe', 'Endpoint', 'Input', 'Selection', 'Output', 'Run', 'Display'] as const

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

const jsonObject = form('a JSON object such as \'{"top_k": 40}\'', (value) => {
  try {
    const object: unknown = typeof value === 'string' ? JSON.parse(value) : value
    return typeof object === 'object' && object !== null && !Array.isArray(object) ? (object as Record<string, unknown>) : undefined
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

/** Every setting of the main job, once. The command line, the config file, --help and --print-config all read this. */
export const settings: readonly Setting[] = [
  { name: 'recipe', value: '<NAME|FILE>', group: 'Recipe', schema: z.union([z.string(), z.record(z.string(), z.unknown())]),
    help: 'built-in recipe or a YAML file (default: beyondweb)' },
  { name: 'samples', value: '<N>', group: 'Recipe', schema: positive, help: 'completions per prompt (default: 1)' },
  { name: 'temperature', value: '<X>', group: 'Recipe', schema: z.coerce.number().min(0).max(5), help: "override the recipe's temperature" },
  { name: 'top-p', value: '<X>', group: 'Recipe', schema: z.coerce.number().gt(0).max(1), help: "override the recipe's top_p" },
  { name: 'max-tokens', value: '<N>', group: 'Recipe', schema: positive, help: "override the recipe's max_tokens" },
  { name: 'seed', value: '<S>', group: 'Recipe', schema: seed,
    help: 'fix the draws of the recipe, and send S + sample as the request seed (default: draws from 0, none sent)' },

  { name: 'endpoint', value: '<URL,...>', group: 'Endpoint', schema: names,
    help: 'OpenAI-compatible base URLs (default: OPENAI_BASE_URL, else the offline rewriter)' },
  { name: 'model', value: '<NAME>', group: 'Endpoint', schema: z.string(), help: 'model to ask for (default: the first of /v1/models)' },
  { name: 'api-key', value: '<KEY>', group: 'Endpoint', schema: z.string(), help: 'bearer token (default: OPENAI_API_KEY, else EMPTY)' },
  { name: 'max-concurrency', value: '<N>', group: 'Endpoint', schema: positive, help: 'requests in flight (default: 256; offline 16)' },
  { name: 'max-attempts', value: '<N>', group: 'Endpoint', schema: positive, help: 'attempts per request, the first included (default: 6)' },
  { name: 'request-timeout', value: '<SEC>', group: 'Endpoint', schema: seconds, help: 'longest time for one attempt (default: 600)' },
  { name: 'ready-timeout', value: '<SEC>', group: 'Endpoint', schema: seconds, help: 'wait this long for the endpoint to come up (default: 60)' },
  { name: 'extra-body', value: '<JSON>', group: 'Endpoint', schema: jsonObject, help: 'vendor fields for every request, e.g. \'{"top_k": 40}\'' },
  { name: 'header', value: '<K=V>', group: 'Endpoint', schema: headers, repeatable: true, help: 'extra HTTP header; may be repeated' },

  { name: 'text-column', value: '<NAME>', group: 'Input', schema: z.string(), help: 'column with the document (default: text)' },
  { name: 'id-column', value: '<NAME>', group: 'Input', schema: z.string(), help: 'column with its id (default: id if there is one, else file and row)' },
  { name: 'keep-columns', value: '<A,B>', group: 'Input', schema: names, help: 'seed columns to carry into the output, with their types' },
  { name: 'on-bad-file', value: '<stop|skip>', group: 'Input', schema: z.enum(['stop', 'skip']), help: 'what to do with a broken file (default: stop)' },

  { name: 'dedupe', value: '<none|exact>', group: 'Selection', schema: z.enum(['none', 'exact']), help: 'drop seeds whose normalised text was seen (default: exact)' },
  { name: 'quality', value: '<RULE>', group: 'Selection', schema: z.string(), help: 'none, gopher, or column:NAME>=X (default: none)' },
  { name: 'limit', value: '<N>', group: 'Selection', schema: positive, help: 'read only the first N seeds' },
  { name: 'shard', value: '<K/N>', group: 'Selection', schema: shard, help: 'read only the K-th of N shares, K from 0' },

  { name: 'part-size', value: '<SIZE>', group: 'Output', schema: bytes, help: 'text per Parquet part (default: 256MB)' },
  { name: 'state-dir', value: '<DIR>', group: 'Output', schema: z.string(), help: 'keep run state here, e.g. when the output is a network disk (default: OUT/_run/state)' },
  { name: 'resume', value: '<auto|always|never>', group: 'Output', schema: z.enum(['auto', 'always', 'never']),
    help: 'a folder with an earlier run: auto goes on with the same job, always replaces any, never refuses (default: auto)' },

  { name: 'max-failures', value: '<N|P%>', group: 'Run', schema: failures, help: 'exit 3 when more outputs than this failed (default: no bound)' },
]

export const settingNames = settings.map(({ name }) => name)
