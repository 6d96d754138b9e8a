import { builtIn } from '../recipes/built-in.ts'

/** The built-in recipes, a line each: name and summary. */
export function recipeLines(indent = ''): string {
  const width = Math.max(...[...builtIn.keys()].map((name) => name.length))
  return [...builtIn.values()].map(({ name, summary }) => `${indent}${name.padEnd(width)}  ${summary}\n`).join('')
}
