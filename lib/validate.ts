import { distance } from 'fastest-levenshtein'
import { z } from 'zod'
import { ConfigInvalidError } from './errors.ts'

/** The one door to zod: config and recipes describe their shape with it and check values through `check`. */
export { z }

/**
 * Check `value` against `schema` and return what the schema makes of it.
 * @param where named in every problem: `run.yaml`, `recipe my.yaml`, `command line`
 * @throws ConfigInvalidError with every problem at once, unknown keys with the nearest known name
 */
export function check<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new ConfigInvalidError(result.error.issues.flatMap((issue) => problems(issue, schema, where)), { cause: result.error })
}

/** `did you mean --recipe?`, or nothing when no known name is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({ candidate, d: distance(name, candidate) })).sort((a, b) => a.d - b.d)
  const best = ranked[0]
  // Nothing is near to nothing, were the known name as short as `c4`.
  return best && name !== '' && best.d <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : undefined
}

function problems(issue: z.core.$ZodIssue, schema: z.ZodType, where: string): string[] {
  const path = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path)
    return issue.keys.map((key) => {
      const near = nearest(key, known)
      const place = path ? ` under ${path}` : ''
      return `${where}: unknown key "${key}"${place}${near ? `; did you mean "${near}"?` : `; known: ${known.join(', ')}`}`
    })
  }
  return [`${where}: ${path ? `${path}: ` : ''}${issue.message}`]
}

/** Keys of the object schema that stands at `path`, empty where it cannot be told. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: z.core.$ZodType | undefined = schema
  for (const step of path) {
    at = unwrap(at)
    if (at instanceof z.ZodObject) at = at.shape[String(step)]
    else if (at instanceof z.ZodArray) at = at.element
    else if (at instanceof z.ZodRecord) at = at.valueType
    else return []
  }
  at = unwrap(at)
  return at instanceof z.ZodObject ? Object.keys(at.shape) : []
}

function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let at = schema
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault || at instanceof z.ZodNullable) {
    at = at.unwrap() as z.core.$ZodType
  }
  return at
}
