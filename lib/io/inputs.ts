import { open, stat } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'
import { ConfigInvalidError, InputNotFoundError, InputUnreadableError } from '../errors.ts'

export type SourceFormat = 'parquet' | 'arrow-file' | 'arrow-stream' | 'jsonl' | 'jsonl.gz'

/** One input file, before anything but its first bytes was read. */
export interface SourceFile {
  /** Path below the deepest common folder of all inputs, with forward slashes: the `file` of every locator. */
  readonly name: string
  /** What to open, relative to the working folder where the user typed it so. `-` for stdin. */
  readonly path: string
  readonly format: SourceFormat
  /** Size on disk; 0 for stdin. */
  readonly bytes: number
}

type Family = 'parquet' | 'arrow' | 'jsonl' | 'jsonl.gz'

const FAMILIES: readonly (readonly [ending: string, family: Family])[] = [
  ['.parquet', 'parquet'],
  ['.arrow', 'arrow'], ['.feather', 'arrow'], ['.arrows', 'arrow'],
  ['.jsonl', 'jsonl'], ['.ndjson', 'jsonl'],
  ['.jsonl.gz', 'jsonl.gz'], ['.ndjson.gz', 'jsonl.gz'],
]
const KNOWN_ENDINGS = FAMILIES.map(([ending]) => ending).join(' ')

/** Files looked at together: enough to hide a network disk's latency, far below any limit on open files. */
const LOOKS = 64

/**
 * Turn what the user typed (files, folders, globs, or exactly one `-`) into the files to read: each once, sorted by
 * path in code-unit order, so that every machine sees the same list.
 * In folders and below a glob's fixed part, names that start with `_` or `.` are passed over, as Spark does.
 * @throws InputNotFoundError when an input matches nothing; InputUnreadableError for a named file of unknown kind
 */
export async function resolveInputs(inputs: readonly string[]): Promise<SourceFile[]> {
  if (inputs.includes('-')) {
    if (inputs.length === 1) return [{ name: '-', path: '-', format: 'arrow-stream', bytes: 0 }]
    throw new ConfigInvalidError(['input: "-" (standard input) cannot be mixed with other inputs'])
  }
  if (inputs.length === 0) throw new InputNotFoundError('no input was given')
  const found = new Map<string, { path: string; named: boolean }>()
  for (const input of inputs) {
    for (const match of await matches(input)) {
      const key = resolve(match.path)
      found.set(key, { path: match.path, named: match.named || (found.get(key)?.named ?? false) })
    }
  }
  const keys = [...found.keys()].sort()
  const common = commonFolder(keys)
  const files: SourceFile[] = []
  for (let at = 0; at < keys.length; at += LOOKS) {
    files.push(...await Promise.all(keys.slice(at, at + LOOKS).map(async (key): Promise<SourceFile> => {
      const { path, named } = found.get(key)!
      return { name: slashed(relative(common, key)), path, ...await look(path, named) }
    })))
  }
  return files
}

async function matches(input: string): Promise<{ path: string; named: boolean }[]> {
  const kind = await stat(input).catch(() => null)
  if (kind?.isDirectory()) {
    const below = await filesBelow(input)
    if (below.length > 0) return below.map((path) => ({ path, named: false }))
    throw new InputNotFoundError(`${input}: this folder holds no file ending in ${KNOWN_ENDINGS}`)
  }
  if (kind) return [{ path: input, named: true }]
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(input)) {
    throw new InputNotFoundError(`${input}: only local files can be read; fetch or mount it first`)
  }
  if (!isDynamicPattern(input)) throw new InputNotFoundError(`${input}: no such file or folder`)
  const matched = await globMatches(input)
  if (matched.length > 0) return matched.map((path) => ({ path, named: false }))
  throw new InputNotFoundError(`${input}: this pattern matches no file ending in ${KNOWN_ENDINGS}`)
}

async function filesBelow(folder: string): Promise<string[]> {
  const names = await glob('**/*', {
    cwd: folder, ignore: ['**/_*', '**/_*/**'], dot: false, expandDirectories: false, onlyFiles: true,
  })
  return names.filter((name) => familyOf(name) !== null).map((name) => join(folder, name))
}

async function globMatches(pattern: string): Promise<string[]> {
  const wanted = slashed(pattern)
  // A pattern that spells out a hidden name asks for it.
  const hidden = wanted.split('/').slice(fixedDepth(wanted)).some((part) => /^[_.](?!\.?$)/.test(part))
  const found = await glob(wanted, {
    absolute: isAbsolute(pattern), dot: hidden, ignore: hidden ? [] : hiddenBelow(wanted),
    expandDirectories: false, onlyFiles: false,
  })
  const files: string[] = []
  for (const path of found) {
    if (path.endsWith('/')) files.push(...await filesBelow(path))
    else if (familyOf(path) !== null) files.push(path)
  }
  return files
}

/** How many leading parts of a pattern hold no wildcard. */
function fixedDepth(pattern: string): number {
  const parts = pattern.split('/')
  const first = parts.findIndex((part) => isDynamicPattern(part))
  return first === -1 ? parts.length - 1 : first
}

function hiddenBelow(pattern: string): string[] {
  const base = pattern.split('/').slice(0, fixedDepth(pattern)).map((part) => `${part}/`).join('')
  return [`${base}**/_*`, `${base}**/_*/**`]
}

function familyOf(name: string): Family | null {
  const lower = name.toLowerCase()
  return FAMILIES.find(([ending]) => lower.endsWith(ending))?.[1] ?? null
}

async function look(path: string, named: boolean): Promise<{ format: SourceFormat; bytes: number }> {
  const family = familyOf(path)
  const bytes = (await stat(path).catch(() => null))?.size ?? 0
  if (family !== null && family !== 'arrow') return { format: family, bytes }
  const magic = await firstBytes(path).catch(() => null)
  // Writers do not agree on endings: Hugging Face datasets writes IPC streams as .arrow.
  if (magic?.startsWith('ARROW1')) return { format: 'arrow-file', bytes }
  if (family === 'arrow') return { format: 'arrow-stream', bytes }
  if (magic?.startsWith('PAR1')) return { format: 'parquet', bytes }
  const ending = extname(path)
  throw new InputUnreadableError(magic === null && named
    ? `${path}: cannot be opened`
    : `${path}: ${ending ? `unknown ending "${ending}"` : 'no ending'} and neither Parquet nor Arrow by its first bytes`
      + `; known endings: ${KNOWN_ENDINGS}`)
}

async function firstBytes(path: string): Promise<string> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

function commonFolder(paths: readonly string[]): string {
  let common = dirname(paths[0]!)
  for (const path of paths) {
    while (path !== join(common, basename(path)) && !path.startsWith(common.endsWith(sep) ? common : common + sep)) {
      common = dirname(common)
    }
  }
  return common
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/')
}
