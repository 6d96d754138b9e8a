import type { BenchConfig } from '../bench/config.ts'
import { ConfigInvalidError } from '../errors.ts'
import { loadRecipe } from '../recipes/load.ts'
import { check, z } from '../validate.ts'
import { benchSettings } from './bench-options.ts'
import { listOf, optional, type Environment } from './config.ts'
import { schemas as jobSchemas } from './schemas.ts'

const own: Readonly<Record<string, z.ZodType>> = {
  input: z.string(),
  'max-concurrency': z.coerce.number().int().min(1, 'expected a whole number from 1'),
  'num-prompts': z.coerce.number().int().min(1, 'expected a whole number from 1'),
  'num-warmups': z.coerce.number().int().min(0, 'expected a whole number from 0'),
  'save-result': z.string(),
}

const schema = z.strictObject(optional(Object.fromEntries(benchSettings.map(({ name }) => [name, own[name] ?? jobSchemas[name]!]))))

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
  const file = endpoints.find((endpoint) => endpoint.startsWith('@'))
  if (file !== undefined) throw new ConfigInvalidError([`--endpoint ${file}: the bench takes URLs; only stream.js reads them from a file`])
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
