import type { BenchConfig } from '../bench/config.ts'
import { ConfigInvalidError } from '../errors.ts'
import { loadRecipe } from '../recipes/load.ts'
import { check, z } from '../validate.ts'
import { listOf, type Environment } from './config.ts'
import { settings as jobSettings, type Setting } from './options.ts'

/** A setting of the main job, here with the same meaning and spelling; `help` where its default is another one. */
function shared(name: string, help?: string): Setting {
  const setting = jobSettings.find((each) => each.name === name)!
  return help === undefined ? setting : { ...setting, help }
}

/** Every setting of the bench, in the order of --help. */
export const benchSettings: readonly Setting[] = [
  shared('endpoint', 'OpenAI-compatible base URLs (default: OPENAI_BASE_URL)'),
  shared('model'), shared('api-key'), shared('request-timeout'), shared('ready-timeout'), shared('extra-body'), shared('header'),

  { name: 'input', value: '<PATH>', group: 'Prompts', schema: z.string(), help: 'seed file, folder or glob (default: fixtures/seeds.parquet)' },
  { ...shared('text-column'), group: 'Prompts' },
  { ...shared('recipe', 'what is asked of the seeds: a built-in recipe or a YAML file (default: beyondweb)'), group: 'Prompts' },
  ...['temperature', 'top-p', 'max-tokens'].map((name) => ({ ...shared(name), group: 'Prompts' })),

  { ...shared('max-concurrency', 'requests in flight, from the first to the last (default: 256)'), group: 'Load' },
  { name: 'num-prompts', value: '<N>', group: 'Load', schema: z.coerce.number().int().min(1, 'expected a whole number from 1'),
    help: 'requests that are measured (default: 1000)' },
  { name: 'num-warmups', value: '<N>', group: 'Load', schema: z.coerce.number().int().min(0, 'expected a whole number from 0'),
    help: 'requests before them that are not (default: as many as are in flight)' },

  { name: 'save-result', value: '<FILE>', group: 'Result', schema: z.string(), help: 'write the result as JSON to this file' },
]

const schema = z.strictObject(Object.fromEntries(benchSettings.map(({ name, schema }) => [name, schema.optional()])))

/** What the bench command needs beyond the bench itself. */
export interface BenchOptions {
  readonly config: BenchConfig
  readonly saveResult: string | null
}

/**
 * Make the bench's configuration of flags, then environment, then defaults.
 * @param flags only those that were given, under their kebab-case names
 * @param defaultInput seed file to use where none is named
 * @throws ConfigInvalidError with every problem at once
 */
export async function resolveBench(
  flags: Record<string, unknown>, env: Environment, defaultInput: string,
): Promise<BenchOptions> {
  const values: Partial<Record<string, any>> = check(schema, flags, 'command line')
  const endpoints: string[] = values['endpoint'] ?? listOf(env['OPENAI_BASE_URL'])
  if (endpoints.length === 0) throw new ConfigInvalidError(['no endpoint: give --endpoint URL, or set OPENAI_BASE_URL'])
  const maxConcurrency: number = values['max-concurrency'] ?? 256
  const config: BenchConfig = {
    endpoints,
    model: values['model'] ?? null,
    apiKey: values['api-key'] ?? env['OPENAI_API_KEY'] ?? 'EMPTY',
    headers: values['header'] ?? {},
    extraBody: values['extra-body'] ?? {},
    input: values['input'] ?? defaultInput,
    textColumn: values['text-column'] ?? 'text',
    recipe: await loadRecipe(values['recipe'] ?? 'beyondweb'),
    sampling: {
      ...(values['temperature'] !== undefined && { temperature: values['temperature'] }),
      ...(values['top-p'] !== undefined && { top_p: values['top-p'] }),
      ...(values['max-tokens'] !== undefined && { max_tokens: values['max-tokens'] }),
    },
    maxConcurrency,
    numPrompts: values['num-prompts'] ?? 1000,
    numWarmups: values['num-warmups'] ?? maxConcurrency,
    requestTimeout: values['request-timeout'] ?? 600,
    readyTimeout: values['ready-timeout'] ?? 60,
  }
  return { config, saveResult: values['save-result'] ?? null }
}
