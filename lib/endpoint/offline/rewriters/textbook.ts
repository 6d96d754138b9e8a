import type { Outline } from '../outline.ts'
import type { Ask } from './rewriter.ts'

/** The frame of a lesson on the prompt's topic. By rule, so it teaches nothing; it has the form and the words asked for. */
export function textbook(_outline: Outline, { told }: Ask): string {
  const field = (name: string): string => new RegExp(`\\b${name}: ([^.]+)\\.`).exec(told)?.[1] ?? name
  const words = Array.from(told.matchAll(/"([^"]+)"/g), (match) => match[1]!)
  const [first = 'letter', second = 'window'] = words
  const topic = field('Topic')
  return `This text is about ${topic}. It is meant for ${field('Audience')}, and its form is ${field('Form')}.

Begin with a picture. Somebody stands beside a ${first} and notices that one thing changes whenever another does. Before asking why, write
down what can be seen and what is only supposed. That habit is the first tool, and it costs nothing.

Now give the parts names. A good name says what something does, not how it looks. With names we can state a rule, and a rule can be tried
out: choose a simple case, say beforehand what should happen, then look. If it turns out otherwise, one of the steps was wrong, and going
back through them shows which.

Take an example of your own, such as the ${second} nearest to you. Describe it in two sentences, apply the rule, and check the result against what
you know already. Where both agree you may trust the rule a little more, and where they differ you have found the next question to ask.

To sum up: observe, name, predict, compare. Whoever can do these four with ${topic} has understood more than a definition could say.`.replace(/(?<!\n)\n(?!\n)/g, ' ')
}
