import { parse, stringify } from 'yaml'
import { ConfigInvalidError } from './errors.ts'

/**
 * Parse one YAML (or JSON) document.
 * @param where named in the error: the file's name
 * @throws ConfigInvalidError with line and column
 */
export function parseYaml(text: string, where: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    const [line] = (cause as Error).message.split('\n')
    throw new ConfigInvalidError([`${where}: ${line?.replace(/:$/, '')}`], { cause })
  }
}

export function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 110 })
}
