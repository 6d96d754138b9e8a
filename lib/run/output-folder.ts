import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OutputConflictError, SinkFailedError } from '../errors.ts'
import { parseYaml } from '../yaml.ts'

const partName = /^part-\d{5,}-[0-9a-z]+\.parquet$/

/** What an earlier run left in the output folder. */
export interface Earlier {
  readonly parts: readonly string[]
  readonly job: Job | null
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
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new OutputConflictError(`output ${folder}: ${error.code === 'ENOTDIR' ? 'is a file, expected a folder' : error.message}`, { cause: error })
  })
  const parts = names.filter((name) => partName.test(name))
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
  return { parts, job: earlier }
}

/** Make the folder ready: parts and reports of the earlier run go, its state stays. */
export async function claimFolder(folder: string, earlier: Earlier, config: string): Promise<void> {
  try {
    await mkdir(join(folder, '_run'), { recursive: true })
    for (const name of [...earlier.parts, '_SUCCESS', '_rejected', join('_run', 'summary.json')]) {
      await rm(join(folder, name), { recursive: true, force: true })
    }
    await writeFile(join(folder, '_run', 'config.yaml'), config)
  } catch (cause) {
    throw new SinkFailedError(`cannot write to ${folder}: ${(cause as Error).message}`, { cause })
  }
}

async function readJob(folder: string): Promise<Job | null> {
  const path = join(folder, '_run', 'config.yaml')
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return null
  const config = parseYaml(text, path) as { input?: string[]; recipe?: { name?: string } } | null
  return { input: config?.input ?? [], recipe: config?.recipe?.name ?? 'unknown' }
}

function sameJob(a: Job, b: Job): boolean {
  return a.recipe === b.recipe && JSON.stringify(a.input) === JSON.stringify(b.input)
}

function describe(job: Job): string {
  return `${job.recipe} over ${job.input.join(' ')}`
}
