import { settings as jobSettings, type Setting } from './options.ts'

/** A setting of the main job, here with the same meaning and spelling; `help` where its default is another one. */
function shared(name: string, help?: string): Setting {
  const setting = jobSettings.find((each) => each.name === name)!
  return help === undefined ? setting : { ...setting, help }
}

/** Every setting of the bench, in the order of --help. */
export const benchSettings: readonly Setting[] = [
  { ...shared('endpoint', 'OpenAI-compatible base URLs (default: OPENAI_BASE_URL)'), value: '<URL,...>' },
  shared('model'), shared('api-key'), shared('request-timeout'), shared('ready-timeout'), shared('extra-body'), shared('header'),

  { name: 'input', value: '<PATH>', group: 'Prompts', help: 'seed file, folder or glob (default: fixtures/seeds.parquet)' },
  { ...shared('text-column'), group: 'Prompts' },
  { ...shared('recipe', 'what is asked of the seeds: a built-in recipe or a YAML file (default: beyondweb)'), group: 'Prompts' },
  ...['temperature', 'top-p', 'max-tokens'].map((name) => ({ ...shared(name), group: 'Prompts' })),

  { ...shared('max-concurrency', 'requests in flight, from the first to the last (default: 256)'), value: '<N>', group: 'Load' },
  { name: 'num-prompts', value: '<N>', group: 'Load',
    help: 'requests that are measured (default: 1000)' },
  { name: 'num-warmups', value: '<N>', group: 'Load',
    help: 'requests before them that are not (default: as many as are in flight)' },

  { name: 'save-result', value: '<FILE>', group: 'Result', help: 'write the result as JSON to this file' },
]
