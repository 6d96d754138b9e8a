/** One setting: a flag, a key of the config file, and a line of --help. What its values may be is in schemas.ts. */
export interface Setting {
  /** kebab-case on the command line and in YAML. */
  readonly name: string
  /** `<N>` shown after the flag; absent on switches. */
  readonly value?: string
  readonly group: string
  readonly help: string
  /** May be given several times on the command line, and as a list in YAML. */
  readonly repeatable?: boolean
}

/** Shown in --help in this order. */
export const groups = ['Recipe', 'Endpoint', 'Input', 'Selection', 'Output', 'Run', 'Display'] as const

/** Every setting of the main job, once. The command line, the config file, --help and --print-config all read this. */
export const settings: readonly Setting[] = [
  { name: 'recipe', value: '<NAME|FILE>', group: 'Recipe',
    help: 'built-in recipe or a YAML file (default: beyondweb)' },
  { name: 'variants', value: '<A,B>', group: 'Recipe', help: 'only these variants of the recipe; steps that have none of them stay as they are' },
  { name: 'quirks', value: '<compat|safe>', group: 'Recipe',
    help: "where a recipe's original does what looks like a mistake: do it too, or not (default: the recipe's own, else safe)" },
  { name: 'samples', value: '<N>', group: 'Recipe', help: 'completions per prompt (default: 1)' },
  { name: 'temperature', value: '<X>', group: 'Recipe', help: "override the recipe's temperature" },
  { name: 'top-p', value: '<X>', group: 'Recipe', help: "override the recipe's top_p" },
  { name: 'max-tokens', value: '<N>', group: 'Recipe', help: "override the recipe's max_tokens" },
  { name: 'tokenizer', value: '<NAME|FILE>', group: 'Recipe',
    help: "count tokens by o200k_base, cl100k_base or the model's tokenizer.json (default: o200k_base)" },
  { name: 'seed', value: '<S>', group: 'Recipe',
    help: 'fix the draws of the recipe, and send S + sample as the request seed (default: draws from 0, none sent)' },
  { name: 'prox-template', value: '<NAME>', group: 'Recipe',
    help: "how ProX's chunk refiner is asked: plain, llama2_sys, llama2_nosys, chatml, server (default: plain; --probe-template finds out)" },

  { name: 'endpoint', value: '<URL|@FILE,...>', group: 'Endpoint',
    help: 'OpenAI-compatible base URLs, or files with one a line, which may be edited while running (default: OPENAI_BASE_URL, else the offline rewriter)' },
  { name: 'model', value: '<NAME>', group: 'Endpoint', help: 'model to ask for (default: the first of /v1/models)' },
  { name: 'api-key', value: '<KEY>', group: 'Endpoint', help: 'bearer token (default: OPENAI_API_KEY, else EMPTY)' },
  { name: 'max-concurrency', value: '<auto|N>', group: 'Endpoint',
    help: 'requests in flight: auto finds what keeps each endpoint full without a queue, N is a fixed total (default: auto; offline 16)' },
  { name: 'batch', value: '<N>', group: 'Endpoint', help: 'prompts in one call of /v1/completions, for recipes of raw completions (default: 1)' },
  { name: 'max-attempts', value: '<N>', group: 'Endpoint', help: 'attempts per request, the first included (default: 6)' },
  { name: 'request-timeout', value: '<SEC>', group: 'Endpoint', help: 'longest time for one attempt (default: 600)' },
  { name: 'ready-timeout', value: '<SEC>', group: 'Endpoint', help: 'wait this long for the endpoint to come up (default: 60)' },
  { name: 'extra-body', value: '<JSON>', group: 'Endpoint', help: 'vendor fields for every request, e.g. \'{"top_k": 40}\'' },
  { name: 'header', value: '<K=V>', group: 'Endpoint', repeatable: true, help: 'extra HTTP header; may be repeated' },

  { name: 'text-column', value: '<NAME>', group: 'Input', help: 'column with the document (default: text)' },
  { name: 'id-column', value: '<NAME>', group: 'Input', help: 'column with its id (default: id if there is one, else file and row)' },
  { name: 'keep-columns', value: '<A,B>', group: 'Input', help: 'seed columns to carry into the output, with their types' },
  { name: 'on-bad-file', value: '<stop|skip>', group: 'Input', help: 'what to do with a broken file (default: stop)' },

  { name: 'dedupe', value: '<none|exact|minhash>', group: 'Selection',
    help: 'drop seeds that repeat an earlier one: its normalised text, or nearly (default: minhash, which includes exact)' },
  { name: 'dedupe-index', value: '<DIR>', group: 'Selection', help: 'keep the index in DIR, so that later runs dedupe against this one' },
  { name: 'dedupe-memory', value: '<SIZE>', group: 'Selection', help: 'index held in memory; the rest is on disk (default: 32MB)' },
  { name: 'minhash-ngram', value: '<N>', group: 'Selection', help: 'words in a shingle (default: 5)' },
  { name: 'minhash-bands', value: '<N>', group: 'Selection', help: 'bands (default: 14)' },
  { name: 'minhash-hashes', value: '<N>', group: 'Selection', help: 'hashes in a band (default: 8); similar from about (1/bands)^(1/hashes)' },
  { name: 'quality', value: '<RULE,...>', group: 'Selection',
    help: 'none, or rule sets gopher, gopher_repetition, fineweb, c4; column:NAME>=X, fasttext:FILE>=X, http:URL>=X; top:P% (default: none)' },
  { name: 'label', value: '<NAME=SOURCE>', group: 'Selection', repeatable: true,
    help: 'label seeds, e.g. formats=column:NAME or formats=http:URL, into the output column label_NAME' },
  { name: 'classifier-api-key', value: '<KEY>', group: 'Selection', help: 'bearer token for http: classifiers (default: CLASSIFIER_API_KEY, else EMPTY)' },
  { name: 'limit', value: '<N>', group: 'Selection', help: 'read only the first N seeds' },
  { name: 'shard', value: '<K/N>', group: 'Selection', help: 'read only the K-th of N shares, K from 0' },

  { name: 'layout', value: '<NAME>', group: 'Output',
    help: 'columns and folders as a published data set has them: cosmopedia, maga, mind, nemotron-cc, prox, synth (default: standard)' },
  { name: 'part-size', value: '<SIZE>', group: 'Output', help: 'text per Parquet part (default: 256MB)' },
  { name: 'state-dir', value: '<DIR>', group: 'Output', help: 'keep run state here, e.g. when the output is a network disk (default: OUT/_run/state)' },
  { name: 'resume', value: '<auto|always|never>', group: 'Output',
    help: 'a folder with an earlier run: auto goes on with the same job, always replaces any, never refuses (default: auto)' },

  { name: 'max-failures', value: '<N|P%>', group: 'Run', help: 'exit 3 when more outputs than this failed (default: no bound)' },
  { name: 'request-log', value: '<FILE>', group: 'Run', help: 'append a line of JSON for every attempt at a request' },
  { name: 'request-log-bodies', value: '<N>', group: 'Run',
    help: 'log request and reply whole of every Nth call; those of failed ones always are (default: 100)' },
  { name: 'diagnose-collapse', value: '<N>', group: 'Run',
    help: 'then compare the losses of N outputs with those of their sources (an endpoint with the logprobs of prompts; default: none)' },
]
