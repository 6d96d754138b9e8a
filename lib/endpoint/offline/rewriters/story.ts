import { pick } from '../gap.ts'
import type { Outline } from '../outline.ts'
import type { Ask } from './rewriter.ts'

const NAMES = ['Mia', 'Tom', 'Lily', 'Ben', 'Sue', 'Max', 'Anna', 'Tim']
const PLACES = ['in the garden', 'by the pond', 'at the farm', 'near the old tree', 'on the hill', 'in the kitchen']
const FRIENDS = ['a small dog', 'her brother’s duck', 'a friendly frog', 'the baker', 'a boy from next door']

/** A story by rule around the words that the prompt puts in quotation marks. */
export function story(_outline: Outline, { told }: Ask): string {
  const word = (kind: string): string => new RegExp(`\\b${kind} "([^"]+)"`).exec(told)?.[1] ?? 'thing'
  const [verb, noun, adjective] = ['verb', 'noun', 'adjective'].map(word)
  const drawn = <Value>(from: readonly Value[], label: string): Value => from[pick(`${label}\n${told}`, from.length)]!
  const name = drawn(NAMES, 'name')
  const friend = drawn(FRIENDS, 'friend')
  return `One morning ${name} was playing ${drawn(PLACES, 'place')}. Under a leaf there was something ${adjective}. “What is that?” asked
${name}, and came closer. It was a ${noun}, and nobody knew whose it was.

${name} wanted to ${verb}, but that is not easy when you are alone. Then ${friend} came along the path and looked too. “We can do it
together,” said ${name}. They counted to three, and both of them began to ${verb} until they had to laugh.

When the sun went down they took the ${noun} home and put it next to the bed. Mother smiled and turned off the lamp. “Tomorrow we will ask
whose it is,” she said, and ${name} fell asleep at once.`.replace(/(?<!\n)\n(?!\n)/g, ' ')
}
