import { parseDocument, stringify } from 'yaml'
import { ConfigInvalidError } from './errors.ts'

/**
 * Parse one YAML document (JSON is YAML too). The one door to yaml.
 * @param where named in every problem: the file's name
 * @throws ConfigInvalidError with every problem at once, each with line and column
 */
export function parseYaml(text: string, where: string): unknown {
  const document = parseDocument(text)
  if (document.errors.length === 0) return document.toJS()
  // The message goes on with a picture of the place, which is no part of one sentence.
  const problems = document.errors.map(({ message }) => `${where}: ${message.replace(/:\n[^]*$/, '')}`)
  throw new ConfigInvalidError(problems, { cause: document.errors[0] })
}

export function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 110, aliasDuplicateObjects: false })
}
