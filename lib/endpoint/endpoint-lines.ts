import { ConfigInvalidError } from '../errors.ts'
import { baseUrl } from './base-url.ts'

/**
 * The URLs of a file that has one a line. What follows a `#` at the start of a line or after a space is a comment.
 * @param file its name, for the message
 * @throws ConfigInvalidError with one line that names the first line that is none, and shows nothing secret
 */
export function parseEndpointLines(text: string, file: string): string[] {
  const urls: string[] = []
  const problems: string[] = []
  for (const [i, line] of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/).entries()) {
    const url = line.replace(/(^|\s)#.*$/s, '').trim()
    if (url === '') continue
    const problem = problemOf(url)
    if (problem === null) urls.push(url)
    else problems.push(`${file}:${i + 1}: ${problem}`)
  }
  if (problems.length === 0) return urls
  // A table of something else has thousands of them.
  throw new ConfigInvalidError([problems.length === 1 ? problems[0]! : `${problems[0]!} (and ${problems.length - 1} more such lines)`])
}

/** The same for all ways to write one endpoint. @throws ConfigInvalidError */
export function endpointKey(url: string): string {
  const { origin, prefix } = baseUrl(url)
  return origin + prefix
}

function problemOf(url: string): string | null {
  // `new URL` takes some of these, and what they hold may be anything: it is not shown.
  if (/[\s,\p{Cc}]/u.test(url)) return 'expected one URL a line'
  try {
    baseUrl(url)
    return null
  } catch (error) {
    return (error as Error).message
  }
}
