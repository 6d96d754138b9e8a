import { readFileSync } from 'node:fs'
import { ConfigInvalidError } from '../errors.ts'
import { checkRecipe, loadRecipe } from '../recipes/load.ts'
import { onlyVariants } from '../recipes/only-variants.ts'
import { withProxTemplate } from '../recipes/prox-template.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { minHashDefaults, type RunConfig } from '../run/config.ts'
import { check, z } from '../validate.ts'
import { parseYaml } from '../yaml.ts'
import { schemas } from './schemas.ts'

/** The environment variables that a run reads, by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Every setting as its schema leaves it; all optional, keys in kebab-case. */
type Values = Partial<Record<string, any>>

/** The same settings, none of them required. */
export function optional(settings: Readonly<Record<string, z.ZodType>>): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(settings).map(([name, schema]) => [name, schema.optional()]))
}

const fileSchema = z.strictObject({
  ...optional(schemas),
  input: z.union([z.string(), z.array(z.string())]).optional(),
  output: z.string().optional(),
})

/**
 * Make the run's configuration: config file, then flags over it, then defaults.
 * @param positionals `<input...> <output>` as typed
 * @param flags only those that were given, under their kebab-case names
 * @throws ConfigInvalidError with every problem at once
 */
export async function resolveConfig(
  positionals: readonly string[],
  flags: Values,
  configFile: string | null,
  env: Environment,
): Promise<RunConfig> {
  const file: Values = configFile === null ? {} : readConfig(configFile)
  const given: Values = check(fileSchema, flags, 'command line')
  const values: Values = { ...file, ...given }
  const { inputs, output } = places(positionals, values)

  const recipe = await recipeOf(values['recipe'] ?? 'beyondweb', configFile ?? 'config')
  const endpoints: string[] = values['endpoint'] ?? listOf(env['OPENAI_BASE_URL'])
  const offline = endpoints.length === 0
  if (offline && values['diagnose-collapse'] !== undefined) {
    throw new ConfigInvalidError(['diagnose-collapse: the offline rewriter has no logprobs; give an --endpoint that does'])
  }
  const config: RunConfig = {
    inputs,
    output,
    recipe: changed(recipe, values),
    endpoints,
    model: values['model'] ?? null,
    apiKey: values['api-key'] ?? env['OPENAI_API_KEY'] ?? 'EMPTY',
    headers: values['header'] ?? {},
    extraBody: values['extra-body'] ?? {},
    // The offline rewriter is one thread: there is nothing to find out.
    maxConcurrency: values['max-concurrency'] ?? (offline ? 16 : 'auto'),
    batch: values['batch'] ?? 1,
    maxAttempts: values['max-attempts'] ?? 6,
    requestTimeout: values['request-timeout'] ?? 600,
    readyTimeout: values['ready-timeout'] ?? 60,
    textColumn: values['text-column'] ?? 'text',
    idColumn: values['id-column'] ?? null,
    keepColumns: values['keep-columns'] ?? [],
    dedupe: values['dedupe'] ?? 'minhash',
    minhash: {
      ngram: values['minhash-ngram'] ?? minHashDefaults.ngram,
      bands: values['minhash-bands'] ?? minHashDefaults.bands,
      hashes: values['minhash-hashes'] ?? minHashDefaults.hashes,
    },
    dedupeMemory: values['dedupe-memory'] ?? 32_000_000,
    dedupeIndex: values['dedupe-index'] ?? null,
    quality: values['quality'] ?? 'none',
    label: values['label'] ?? [],
    classifierApiKey: values['classifier-api-key'] ?? env['CLASSIFIER_API_KEY'] ?? 'EMPTY',
    samples: values['samples'] ?? 1,
    tokenizer: values['tokenizer'] ?? 'o200k_base',
    sampling: {
      ...(values['temperature'] !== undefined && { temperature: values['temperature'] }),
      ...(values['top-p'] !== undefined && { top_p: values['top-p'] }),
      ...(values['max-tokens'] !== undefined && { max_tokens: values['max-tokens'] }),
    },
    limit: values['limit'] ?? null,
    shard: values['shard'] ?? null,
    seed: values['seed'] ?? null,
    resume: values['resume'] ?? 'auto',
    maxFailures: values['max-failures'] ?? null,
    requestLog: values['request-log'] ?? null,
    requestLogBodies: values['request-log-bodies'] ?? 100,
    diagnoseCollapse: values['diagnose-collapse'] ?? null,
    layout: values['layout'] ?? 'standard',
    onBadFile: values['on-bad-file'] ?? 'stop',
    partSize: values['part-size'] ?? 256_000_000,
    stateDir: values['state-dir'] ?? null,
  }
  return Object.freeze(config)
}

/** The configuration as a config file that gives it back, recipe in full; without key and headers, which are secrets. */
export function printable(config: RunConfig): Record<string, unknown> {
  const { inputs, output, endpoints, sampling, minhash, apiKey: _key, classifierApiKey: _other, headers: _headers, ...rest } = config
  const { temperature, top_p, max_tokens } = sampling
  const { ngram, bands, hashes } = minhash
  const values = {
    input: inputs, output, ...rest,
    endpoint: endpoints.length > 0 ? endpoints : null,
    temperature, topP: top_p, maxTokens: max_tokens,
    minhashNgram: ngram, minhashBands: bands, minhashHashes: hashes,
  }
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]) => [key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value]),
  )
}

/** A name, a file, or a recipe written out in the config file. */
async function recipeOf(value: unknown, where: string): Promise<Recipe> {
  return typeof value === 'string' ? loadRecipe(value) : checkRecipe(value, `in ${where}`)
}

/** What was asked for becomes part of the recipe, so that a printed configuration says it once. */
function changed(recipe: Recipe, { quirks, variants, 'prox-template': template }: Values): Recipe {
  const own = quirks === undefined ? recipe : { ...recipe, quirks }
  const templated = template === undefined ? own : withProxTemplate(own, template)
  return variants === undefined ? templated : onlyVariants(templated, variants)
}

function readConfig(path: string): Values {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ConfigInvalidError([`--config: cannot read ${path}: ${(cause as Error).message}`], { cause })
  }
  return check(fileSchema, parseYaml(text, path) ?? {}, path)
}

function places(positionals: readonly string[], values: Values): { inputs: string[]; output: string } {
  const typed = [...positionals]
  const output = typed.length > 0 && (typed.length > 1 || values['input']) ? typed.pop()! : values['output']
  const inputs: string[] = typed.length > 0 ? typed : [values['input'] ?? []].flat()
  const problems: string[] = []
  if (inputs.length === 0) problems.push('no input: give files, folders or globs, or - for Arrow on stdin')
  if (output === undefined) problems.push('no output: give a folder, or - for Arrow on stdout, after the input')
  if (inputs.includes('-') && inputs.length > 1) problems.push('input -: stdin cannot be combined with other inputs')
  if (problems.length > 0) throw new ConfigInvalidError(problems)
  return { inputs, output: output! }
}

/** Items of a comma-separated list; none where there is no list. */
export function listOf(list: string | undefined): string[] {
  return (list ?? '').split(',').map((item) => item.trim()).filter(Boolean)
}
