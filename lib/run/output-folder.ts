import { mkdir, readFile, readdir, rm } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { OutputConflictError, SinkFailedError } from '../errors.ts'
import { parseYaml } from '../yaml.ts'
import { writeWhole } from './write-whole.ts'

const partName = /^(?:[^/]+=[^/]+\/)*part-\d{5,}-[0-9a-z]+\.parquet$/
const runFile = join('_run', 'run.json')

/** What an earlier run left in the output folder. */
export interface Earlier {
  readonly parts: readonly string[]
  readonly job: Job | null
  /** Id of the run; null where it did not come so far as to have one. */
  readonly run: string | null
}

/** Which run a folder holds, and where its state is. */
export interface NamedRun {
  readonly id: string
  readonly state: string
}

/** What makes two runs the same job: the second goes on where the first stopped. */
export interface Job {
  readonly input: readonly string[]
  readonly recipe: string
}

/**
 * Look at the output folder and decide whether this run may use it. Changes nothing.
 * @throws OutputConflictError when the folder holds what is not this job's to replace
 */
export async function inspectFolder(folder: string, job: Job, resume: 'auto' | 'always' | 'never'): Promise<Earlier> {
  const names = await filesIn(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new OutputConflictError(`output ${folder}: ${error.code === 'ENOTDIR' ? 'is a file, expected a folder' : error.message}`, { cause: error })
  })
  const parts = partsAmong(names)
  const earlier = await readJob(folder)
  const foreign = names.find((name) => name.endsWith('.parquet') && !partName.test(name)) ?? (earlier ? undefined : parts[0])
  if (foreign) {
    throw new OutputConflictError(`output ${folder}: holds ${foreign}, which no run of ours wrote; choose an empty folder`)
  }
  if (earlier && resume === 'never') {
    throw new OutputConflictError(`output ${folder}: holds an earlier run, and --resume never wants an empty folder`)
  }
  if (earlier && resume === 'auto' && !sameJob(earlier, job)) {
    throw new OutputConflictError(
      `output ${folder}: holds a run of ${describe(earlier)}, this is ${describe(job)}; ` +
        'choose another folder, or --resume always to replace its parts',
    )
  }
  return { parts, job: earlier, run: (await runIn(folder))?.id ?? null }
}

/** Make the folder ready: parts and reports of the earlier run go, its state stays. */
export async function claimFolder(folder: string, earlier: Earlier, config: string): Promise<void> {
  try {
    await mkdir(join(folder, '_run'), { recursive: true })
    // Without a name the folder is unfinished: that goes first.
    for (const name of [runFile, '_SUCCESS', ...earlier.parts, '_rejected', join('_run', 'summary.json')]) {
      await rm(join(folder, name), { recursive: true, force: true })
    }
    await writeWhole(join(folder, '_run', 'config.yaml'), config)
  } catch (cause) {
    throw new SinkFailedError(`cannot write to ${folder}: ${(cause as Error).message}`, { cause })
  }
}

/** Say whose parts are to come. A `state` below the folder stays right when the folder is moved. */
export async function nameRun(folder: string, id: string, state: string): Promise<void> {
  const below = relative(folder, state)
  const outside = below.startsWith('..') || isAbsolute(below)
  await writeWhole(join(folder, runFile), `${JSON.stringify({ id, state: outside ? resolve(state) : below })}\n`)
}

/** The run that the folder holds; null where there is none yet. */
export async function runIn(folder: string): Promise<NamedRun | null> {
  try {
    const { id, state } = JSON.parse(await readFile(join(folder, runFile), 'utf8')) as NamedRun
    return { id, state: resolve(folder, state) }
  } catch {
    return null // never written, or a kill came in between: the same to everybody who asks
  }
}

export async function writeSummary(folder: string, summary: object): Promise<void> {
  const path = join(folder, '_run', 'summary.json')
  try {
    await writeWhole(path, `${JSON.stringify(summary, null, 2)}\n`)
  } catch (cause) {
    throw new SinkFailedError(`cannot write ${path}: ${(cause as Error).message}`, { cause })
  }
}

/** Files of an output folder, and those in the folders that a layout makes (`key=value/`), with forward slashes. Other folders by name. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = await Promise.all(entries.map(async (entry) => {
    if (!entry.isDirectory() || !entry.name.includes('=')) return [entry.name]
    return (await filesIn(join(folder, entry.name))).map((name) => `${entry.name}/${name}`)
  }))
  return names.flat()
}

/** Names of the parts in a folder. */
export function partsAmong(names: readonly string[]): string[] {
  return names.filter((name) => partName.test(name))
}

/** The configuration of the folder's run; null where no run of ours has it. */
export async function readConfig(folder: string): Promise<Readonly<Record<string, unknown>> | null> {
  const path = join(folder, '_run', 'config.yaml')
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null ? null : ((parseYaml(text, path) ?? {}) as Record<string, unknown>)
}

async function readJob(folder: string): Promise<Job | null> {
  const config = (await readConfig(folder)) as { input?: string[]; recipe?: { name?: string } } | null
  return config && { input: config.input ?? [], recipe: config.recipe?.name ?? 'unknown' }
}

function sameJob(a: Job, b: Job): boolean {
  return a.recipe === b.recipe && JSON.stringify(a.input) === JSON.stringify(b.input)
}

function describe(job: Job): string {
  return `${job.recipe} over ${job.input.join(' ')}`
}
