import { refinerTask, type RefinerKind } from './refiner.ts'

/** What the offline endpoint can make of a document. */
export type TaskKind =
  | 'audience_pairs'
  | RefinerKind
  | 'multiple_choice'
  | 'questions'
  | 'question_lines'
  | 'dialogue'
  | 'instruction'
  | 'outline'
  | 'concepts'
  | 'facts'
  | 'lesson'
  | 'table'
  | 'continuation'
  | 'summary'
  | 'article'
  | 'dense'
  | 'entities'
  | 'improved'
  | 'relations'
  | 'story'
  | 'strategies'
  | 'textbook'
  | 'verdict'

/** A request as far as the words of its prompt tell it: this endpoint knows no recipe, like any server. */
export interface Task {
  readonly kind: TaskKind
  readonly document: string
  /** How many items, questions or turns the instruction asks for; null where it names no number. */
  readonly items: number | null
  /** Everything but the document. */
  readonly told: string
  /** Words that the reply is told to begin with, such as `Here is the list:`; null or absent for none. */
  readonly lead?: string | null
}

/** A prompt without tags may mark its document by one of these at a line start. */
const MARKER = /^[^\S\n]*(?:document|text|passage|article|context|input|source)[^\S\n]*:[^\S\n]*/im
const PAIR_ON_A_LINE = /^- Question:[^\n]*Answer:/m
/** `Start with the line "Here is the list:"`: words in quotes that end with a colon. */
const LEAD = /\b(?:begin|start)(?: your (?:answer|reply))? with (?:the (?:line|words) )?"([^"\n]{2,100}:)"/i
/** Longest instruction that is searched for key words. */
const LOOK = 4000

/** In the order in which they win within one sentence. */
const KEYWORDS: readonly (readonly [TaskKind, RegExp])[] = [
  ['table', /\bmarkdown table\b/i],
  ['multiple_choice', /multiple[ -]choice|\bmcqs?\b|\bquiz/i],
  ['dialogue', /dialog|conversation|interview|multi-turn|\bchat between/i],
  ['questions', /question|\bfaqs?\b|\bq ?& ?a\b|word problem/i],
  ['instruction', /\binstruction and\b|instruction[- ]response|instruction-following/i],
  ['outline', /structured summar|\boutline\b|bullet[- ]point summar/i],
  ['concepts', /\bkey concepts?|glossary|definitions of|explain the (?:terms|concepts)/i],
  ['facts', /\bfacts\b|bullet|\b(?:a|organi[sz]ed|numbered|as) list\b|\blist of\b|\btable\b/i],
  ['continuation', /\bcontinu(?:e|ation)\b|\bcomplete the (?:text|passage)/i],
  ['summary', /summar|\babstract of\b|condense|shorten|tl;dr/i],
  ['lesson', /\bteach|\blesson|tutorial|textbook|\bexplain|explanation/i],
  ['article', /\barticle\b|encyclop|wikipedia|reference work/i],
  ['dense', /rewrite|rephrase|reword|paraphrase|restructure|improve|clean up/i],
]
/** What only one kind of prompt holds, wherever it stands: forms that software reads. */
const FORMATS: readonly (readonly [TaskKind, RegExp])[] = [
  ['audience_pairs', /"audience_1".*"genre_1"/s],
  ['entities', /"summary".*"entities"/s],
  ['improved', /<improved response starts>/],
  ['relations', /^### Entities:/m],
  ['strategies', /strateg.*"##"/is],
  ['verdict', /"analysis".*"score"/s],
]
/** Prompts that bring no document. */
const FREE: readonly (readonly [TaskKind, RegExp])[] = [
  ['story', /\bstory\b.*\bverb "[^"]+"/s],
  ['textbook', /\btextbook\b.*\bTopic: .*\bAudience: /s],
]
/** Targets for a rewrite, between marks that no sentence has. */
const TARGET = /^<<<(.+)>>>$/gm
const NUMBERS: Readonly<Record<string, number>> = {
  two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10,
}
const COUNTED = 'questions?|pairs?|exchanges|turns|facts|bullets?|items|points|problems'
const COUNT = new RegExp(`\\b(\\d{1,2}|${Object.keys(NUMBERS).join('|')})\\s+(?:[a-z-]+\\s+){0,3}?(?:${COUNTED})\\b`, 'i')

/**
 * Tell document from instruction and find what the instruction asks for.
 * @param user the user's messages, joined
 * @param system the system prompt, consulted only where the user's text holds no instruction
 */
export function taskOf(user: string, system = ''): Task {
  const refining = refinerTask(user)
  if (refining) return { ...refining, items: null, told: '' }
  const free = user.includes(OPEN) ? undefined : FREE.find(([, pattern]) => pattern.test(user.slice(0, LOOK)))
  if (free) return { kind: free[0], document: '', items: null, told: user }
  const { document, instruction } = separate(user)
  const told = instruction.trim() === '' ? system : instruction
  const head = told.slice(0, LOOK)
  const kind = formatOf(head) ?? targetOf(head) ?? kindOf(head) ?? 'summary'
  return {
    kind: kind === 'questions' && PAIR_ON_A_LINE.test(head) ? 'question_lines' : kind,
    document,
    items: itemsOf(head),
    told,
    lead: LEAD.exec(head)?.[1] ?? null,
  }
}

function formatOf(instruction: string): TaskKind | null {
  return FORMATS.find(([, pattern]) => pattern.test(instruction))?.[0] ?? null
}

/** The form that a target between marks names; prose where there is a target and it names none. */
function targetOf(instruction: string): TaskKind | null {
  const targets = Array.from(instruction.matchAll(TARGET), (match) => match[1]!)
  return targets.length > 0 ? (kindOf(targets[0]!) ?? 'dense') : null
}

/** Where the document ends in `user`: what stands before is the prefix that prompts of one seed share. 0: nowhere known. */
export function endOfDocument(user: string): number {
  const close = user.lastIndexOf(CLOSE)
  return close < 0 ? 0 : close + CLOSE.length
}

const OPEN = '<document>'
const CLOSE = '</document>'
/** How EntiGraph marks a document. */
const CONTENT = '### Document Content:'

function separate(user: string): { document: string; instruction: string } {
  const open = user.indexOf(OPEN)
  const close = user.lastIndexOf(CLOSE)
  if (open >= 0 && close >= open) {
    const instruction = `${user.slice(0, open)}\n${user.slice(close + CLOSE.length)}`
    return { document: user.slice(open + OPEN.length, close).trim(), instruction }
  }
  if (user.startsWith(CONTENT)) {
    const entities = user.lastIndexOf('\n### Entities:')
    const end = entities < 0 ? user.length : entities
    return { document: user.slice(CONTENT.length, end).trim(), instruction: user.slice(end) }
  }
  const marker = MARKER.exec(user.slice(0, LOOK))
  if (marker && (marker.index === 0 || kindOf(user.slice(0, marker.index)))) {
    const rest = user.slice(marker.index + marker[0].length)
    const task = rest.lastIndexOf('\nTask:')
    const end = task < 0 ? rest.length : task
    return { document: rest.slice(0, end).trim(), instruction: `${user.slice(0, marker.index)}\n${rest.slice(end)}` }
  }
  return separateByParagraph(user.trim())
}

/** Instruction and document as paragraphs: the instruction is the first one, or the last, that asks for something. */
function separateByParagraph(user: string): { document: string; instruction: string } {
  const first = user.indexOf('\n\n')
  const last = user.lastIndexOf('\n\n')
  if (first > 0) {
    const head = user.slice(0, first)
    const tail = user.slice(last + 2)
    if (head.length < LOOK && kindOf(head)) return { document: user.slice(first + 2), instruction: head }
    if (tail.length < LOOK && kindOf(tail)) return { document: user.slice(0, last), instruction: tail }
  }
  const line = user.indexOf('\n')
  if (line > 0 && kindOf(user.slice(0, Math.min(line, LOOK)))) {
    return { document: user.slice(line + 1), instruction: user.slice(0, line) }
  }
  return { document: user, instruction: '' }
}

/** The first sentence that asks for something decides: rules that follow may name facts, questions and the like. */
function kindOf(instruction: string): TaskKind | null {
  for (const sentence of instruction.split(/(?<=[.!?:])\s+|\n/)) {
    const hit = KEYWORDS.find(([, pattern]) => pattern.test(sentence))
    if (hit) return hit[0]
  }
  return null
}

function itemsOf(instruction: string): number | null {
  const word = COUNT.exec(instruction)?.[1]?.toLowerCase()
  if (word === undefined) return null
  const n = NUMBERS[word] ?? Number(word)
  return n >= 1 && n <= 20 ? n : null
}
