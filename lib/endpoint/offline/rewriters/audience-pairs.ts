import { topicOf } from '../chunks.ts'
import { pick } from '../gap.ts'
import type { Outline } from '../outline.ts'

/** Each names a form that this endpoint can write. */
const GENRES = [
  'Encyclopedic article. A neutral reference entry that moves from the general to the particular, with a calm tone and an even rhythm.',
  'Tutorial. A patient lesson that introduces one idea after the other, warm in tone, without conflict and slow in pace.',
  'Interview. A lively conversation of an outsider and somebody who knows, with curiosity that drives it forward.',
  'Frequently asked questions. Short answers to what readers ask first, friendly and direct, in a quick rhythm.',
  'List of facts. Single statements without ornament, matter-of-fact and dense, each to be read alone.',
  'Abstract of a report. A condensed and sober account for quick reading, formal in tone.',
  'Structured summary. Headings with compact points below them, clear and businesslike.',
  'Glossary with key concepts. Every term followed by a plain description, even and orderly.',
] as const
const AUDIENCES = [
  'Retired engineers who tinker at home. Patient and precise people, around seventy, who want to know how things work.',
  'Teenagers with no interest in the subject. They are easily bored, quick to joke, and want to see what is in it for them.',
  'Sceptical taxpayers who think that such work wastes money. Mid-career, blunt, with little formal education in the field.',
  'Nurses on night shift. They are practical, tired and attentive, and read in short breaks.',
  'First-year students of another discipline. Ambitious and curious, they know the methods of science but not these terms.',
  'Parents of small children. They have little time, read on the phone, and care for what can be used today.',
  'Small business owners. They weigh cost against benefit and have learned what they know by doing.',
  'Activists who oppose the subject on principle. Well read and combative, they look for weak points.',
] as const

/** Five genres and audiences as a JSON object, drawn from lists by what the document holds. */
export function audiencePairs(outline: Outline): string {
  const topic = topicOf(outline) ?? ''
  const start = pick(`${topic}\n${outline.sentences[0]?.text ?? ''}`, GENRES.length * AUDIENCES.length)
  const entries = [0, 1, 2, 3, 4].flatMap((i) => {
    const genre = GENRES[(start + i) % GENRES.length]!
    const audience = AUDIENCES[(Math.floor(start / GENRES.length) + i) % AUDIENCES.length]!
    return [[`audience_${i + 1}`, audience], [`genre_${i + 1}`, genre]]
  })
  return JSON.stringify(Object.fromEntries(entries), null, 2)
}
