import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const lib = fileURLToPath(new URL('../lib/', import.meta.url))
const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
const imports = files.flatMap((file) => {
  const source = readFileSync(join(lib, file), 'utf8')
  return [...source.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\(\s*'([^']+)'|createRequire\([^)]*\)\('([^']+)'\)|require\('([^']+)'\)/g)].map((match) => {
    const target = (match[1] ?? match[2] ?? match[3] ?? match[4])!
    return { file, target: target.startsWith('.') ? relative(lib, join(lib, dirname(file), target)) : target }
  })
})

/** Top folder of a lib file; files directly in lib are 'base'. */
const room = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : 'base')

/** Who may import whom: only downwards, never a sibling (DESIGN section 7). */
const below: Record<string, readonly string[]> = {
  cli: ['bench', 'run', 'recipes', 'base'],
  bench: ['run', 'stages', 'io', 'endpoint', 'recipes', 'flow', 'text', 'base'],
  run: ['stages', 'io', 'endpoint', 'recipes', 'flow', 'text', 'base'],
  stages: ['flow', 'text', 'base'],
  io: ['flow', 'text', 'base'],
  endpoint: ['flow', 'text', 'base'],
  recipes: ['flow', 'text', 'base'],
  flow: ['base'],
  text: ['base'],
}

t.test('imports go one way', async (t) => {
  t.ok(imports.length > 50, 'the imports were found')
  for (const { file, target } of imports) {
    if (!target.endsWith('.ts') || file === 'index.ts') continue
    const [from, to] = [room(file), room(target)]
    if (from === to) continue
    const allowed = from === 'base' ? [] : below[from]
    if (!allowed?.includes(to)) t.fail(`lib/${file} imports lib/${target}: ${from} may not know ${to}`)
  }
})

/** One importing file a package; the exceptions have their reason in lib/README.md. */
const importers: Record<string, readonly string[]> = {
  '@huggingface/tokenizers': ['text/tokenizer-file.ts'],
  'apache-arrow': ['io/arrow.ts'],
  'cli-progress': ['cli/progress.ts'],
  'fastest-levenshtein': ['validate.ts'],
  'gpt-tokenizer': ['text/tokens.ts'],
  'parquet-wasm': ['io/read-parquet.ts', 'io/write-parquet.ts'],
  commander: ['cli/command.ts'],
  fzstd: ['io/arrow.ts'],
  highland: ['flow/pipeline.ts'],
  lmdb: ['run/lmdb.ts'],
  lz4js: ['io/arrow.ts'],
  tinyglobby: ['io/inputs.ts'],
  undici: ['endpoint/client.ts'],
  yaml: ['yaml.ts'],
  zod: ['validate.ts'],
}

t.test('every third-party package has its importing file, and every dependency is used', async (t) => {
  const found: Record<string, Set<string>> = {}
  for (const { file, target } of imports) {
    if (target.endsWith('.ts') || target.startsWith('node:')) continue
    const name = target.split('/').slice(0, target.startsWith('@') ? 2 : 1).join('/')
    ;(found[name] ??= new Set()).add(file)
  }
  t.same(Object.fromEntries(Object.entries(found).map(([name, by]) => [name, [...by].toSorted()])), importers)
  const manifest = JSON.parse(readFileSync(join(lib, '../package.json'), 'utf8')) as { dependencies: Record<string, string> }
  t.same(Object.keys(manifest.dependencies).toSorted(), Object.keys(importers).toSorted())
})

t.test('only cli touches the process; clocks and chance are handed in below run', async (t) => {
  for (const file of files) {
    const source = readFileSync(join(lib, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    const place = room(file)
    if (place !== 'cli' && /\bprocess\.(env|argv|exit|stdout|stderr|stdin|on)\b/.test(source)) t.fail(`lib/${file} touches process`)
    if (!['cli', 'run', 'bench'].includes(place) && /\b(Date\.now|Math\.random)\(/.test(source)) t.fail(`lib/${file} reads clock or chance`)
  }
})

t.test('no file is a drawer for everything', async (t) => {
  for (const file of files) {
    if (/(^|\/)(utils?|helpers?|common|misc)(\.|\/)/.test(file)) t.fail(`lib/${file}`)
    const lines = readFileSync(join(lib, file), 'utf8').split('\n').length
    if (lines > 300) t.fail(`lib/${file} has ${lines} lines`)
  }
})
