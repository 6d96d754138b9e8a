import { readFile, stat } from 'node:fs/promises'
import { ConfigInvalidError } from '../errors.ts'
import { endpointKey, parseEndpointLines } from './endpoint-lines.ts'

/** A longer file is something else. */
const maxFileBytes = 1_000_000

/** The endpoints of a run: URLs as typed, which stay, and those of files, which may be edited while it goes on. */
export interface EndpointList {
  /** Each endpoint once, in the order of items and lines. */
  readonly urls: readonly string[]
  /**
   * To be asked about once a second: the same anew where files have been edited, else null. What is wrong with a file is noted, once, and
   * its endpoints stay as they are. Never rejects.
   */
  look(): Promise<readonly string[] | null>
}

/** `@FILE` names a file of URLs. */
export function isEndpointFile(item: string): boolean {
  return item.startsWith('@')
}

/**
 * @param items URLs and `@FILE`s
 * @param note told in one line of a file that cannot be used any more
 * @throws ConfigInvalidError for a file that cannot be read or has a line that is no URL, and where no URL is left at all
 */
export async function openEndpointList(items: readonly string[], note: (line: string) => void): Promise<EndpointList> {
  const parts = await Promise.all(items.map(async (item) => (isEndpointFile(item) ? EndpointFile.open(item.slice(1)) : item)))
  const files = parts.filter((part) => part instanceof EndpointFile)
  const collect = (): string[] => {
    // Typed twice is meant twice; a file only adds.
    const typed = items.filter((item) => !isEndpointFile(item))
    const known = new Set(files.length > 0 ? typed.map(endpointKey) : [])
    return parts.flatMap((part) => (typeof part === 'string' ? part : part.urls.filter((url) => !known.has(endpointKey(url)) && known.add(endpointKey(url)))))
  }
  let urls = collect()
  if (urls.length === 0) throw new ConfigInvalidError([`--endpoint ${items.join(',')}: no URL is in there`])
  return {
    get urls() { return urls },
    async look() {
      const changes = await Promise.all(files.map((file) => file.look(note)))
      if (!changes.includes(true)) return null
      urls = collect()
      return urls
    },
  }
}

/** One file of URLs. Looked at by its status: notices of changes do not come over a network, nor after a rename. */
class EndpointFile {
  readonly #path: string
  urls: readonly string[] = []
  /** The status that it had when it was read, or found wanting; and at the last look. */
  #read = ''
  #seen = ''

  private constructor(path: string) {
    this.#path = path
  }

  static async open(path: string): Promise<EndpointFile> {
    const file = new EndpointFile(path)
    const { mark, problem } = await file.#status()
    const urls = problem ?? (await file.#load())
    if (urls instanceof ConfigInvalidError) throw urls
    file.urls = urls
    file.#read = file.#seen = mark
    return file
  }

  /** Reads a file that was changed, once it has been left alone for a look: before that it may be half written. */
  async look(note: (line: string) => void): Promise<boolean> {
    const { mark, problem } = await this.#status()
    const isSettled = mark === this.#seen
    this.#seen = mark
    if (!isSettled || mark === this.#read) return false
    const urls = problem ?? (await this.#load())
    if ((await this.#status()).mark !== mark) return false
    this.#read = mark
    if (urls instanceof ConfigInvalidError) {
      note(`warning: ${urls.message}; the endpoints stay as they are`)
      return false
    }
    this.urls = urls
    return true
  }

  /** Changes with the file. The change time tells of mended permissions, and of two writes within one tick of the clock. */
  async #status(): Promise<{ readonly mark: string, readonly problem: ConfigInvalidError | null }> {
    try {
      const status = await stat(this.#path)
      const problem = status.isFile() ? (status.size > maxFileBytes ? 'is too large for a list of URLs' : null) : 'is no file'
      return { mark: `${status.ino} ${status.size} ${status.mtimeMs} ${status.ctimeMs}`, problem: problem === null ? null : this.#invalid(problem) }
    } catch (cause) {
      const { code = 'unreadable' } = cause as NodeJS.ErrnoException
      return { mark: code, problem: this.#invalid(`cannot be read: ${(cause as Error).message}`, cause) }
    }
  }

  async #load(): Promise<string[] | ConfigInvalidError> {
    try {
      return parseEndpointLines(await readFile(this.#path, 'utf8'), this.#path)
    } catch (cause) {
      return cause instanceof ConfigInvalidError ? cause : this.#invalid(`cannot be read: ${(cause as Error).message}`, cause)
    }
  }

  #invalid(problem: string, cause?: unknown): ConfigInvalidError {
    return new ConfigInvalidError([`--endpoint @${this.#path} ${problem}`], { cause })
  }
}
