import { topicOf } from '../chunks.ts'
import type { Outline } from '../outline.ts'

/** Seven ways of studying, each of which this endpoint can carry out. */
export function strategies(outline: Outline): string {
  const topic = topicOf(outline) ?? 'the document'
  return [
    `Ask yourself questions about “${topic}” and answer each of them from the document.`,
    'Make a list of facts: one sentence for each name, number and date, so that each can be learnt alone.',
    `Teach “${topic}” to a beginner in a short lesson, in the order in which things build on each other.`,
    'Talk it through as a dialogue between somebody who asks and somebody who knows the document.',
    'Write a structured summary with a heading for every part of the document.',
    'Explain the key concepts, each in a paragraph of its own.',
    'Set yourself a quiz and give the reason for every right answer.',
  ].map((strategy) => `## ${strategy}`).join('\n\n')
}
