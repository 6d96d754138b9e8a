import t from 'tap'
import { beyondweb } from '../../../dist/recipes/beyondweb.js'
import { expandDocument } from '../../../dist/recipes/prompts.js'
import { summarize } from '../../../dist/recipes/summarize.js'
import { endOfDocument, taskOf } from '../../../dist/endpoint/offline/task.js'

t.test('key words of the instruction decide the kind', (t) => {
  const cases: [string, string][] = [
    ['Write 4 multiple-choice questions with options A to D.', 'multiple_choice'],
    ['Create a quiz on it.', 'multiple_choice'],
    ['Turn it into question and answer pairs.', 'questions'],
    ['Rewrite the document as a comprehensive FAQ.', 'questions'],
    ['Convert this into a multi-turn conversation. The user asks questions.', 'dialogue'],
    ['Write an interview.', 'dialogue'],
    ['Extract a list of facts. Explain nothing.', 'facts'],
    ['Give me bullet points.', 'facts'],
    ['Explain this to a beginner, as a tutorial.', 'lesson'],
    ['Continue the following text in the same style as the original.', 'continuation'],
    ['Summarize the following text. Directly start with the summary.', 'summary'],
    ['Give a diverse paraphrase in Wikipedia-like English.', 'article'],
    ['Rephrase it. Keep its facts and its questions.', 'dense'],
    ['Do something.', 'summary'],
  ]
  for (const [instruction, kind] of cases) {
    t.equal(taskOf(`<document>\nD\n</document>\n\n${instruction}`).kind, kind, instruction)
    t.equal(taskOf(`${instruction}\n\n<document>\nD\n</document>`).kind, kind, `${instruction} (first)`)
  }
  t.end()
})

t.test('every prompt that ships is understood, whatever its slots', (t) => {
  const expected: Record<string, string> = {
    question_answer_pairs: 'questions', frequently_asked_questions: 'questions', multiple_choice: 'multiple_choice',
    reasoning_questions: 'questions', multi_turn_dialogue: 'dialogue', instruction_response: 'instruction',
    teaching_tone: 'lesson', encyclopedic_article: 'article', structured_summary: 'outline', fact_list: 'facts',
    dense_rewrite: 'dense', concept_explanations: 'concepts', summary: 'summary',
  }
  for (const recipe of [beyondweb, summarize]) {
    for (let i = 0; i < 12; i++) {
      const document = { text: 'Some text.\n\nMore.', id: `d${i}`, slots: {} }
      for (const { variant, prompt, slots } of expandDocument({ ...recipe.steps[0]!, choose: 'all' }, document, 0)) {
        const user = prompt.shape === 'chat' ? prompt.messages.at(-1)!.content : ''
        const task = taskOf(user)
        t.equal(task.kind, expected[variant.name], variant.name)
        t.equal(task.document, document.text, variant.name)
        const asked = slots['n_items'] ?? slots['turns']
        if (asked) t.equal(task.items, Number(asked), `${variant.name} ${asked}`)
      }
    }
  }
  t.end()
})

t.test('the document is told from the instruction with and without tags', (t) => {
  const cases: [string, string, string][] = [
    ['<document>\na </document> b\n</document>\nSummarize.', 'a </document> b', 'last closing tag'],
    ['Summarize.\nDocument: The text.\nMore.', 'The text.\nMore.', 'marker'],
    ['Task: ask questions.\n\nText: The text.\n\nTask:\nAsk questions.', 'The text.', 'task repeated after it'],
    ['Summarize this.\n\nThe text.\n\nMore.', 'The text.\n\nMore.', 'first paragraph'],
    ['The text.\n\nMore.\n\nSummarize this.', 'The text.\n\nMore.', 'last paragraph'],
    ['Summarize this:\nThe text.', 'The text.', 'first line'],
    ['The text alone.', 'The text alone.', 'no instruction'],
  ]
  for (const [user, document, name] of cases) t.equal(taskOf(user).document, document, name)
  t.equal(endOfDocument('<document>\nx\n</document>\n\nDo'), 24)
  t.equal(endOfDocument('none'), 0)
  t.end()
})

t.test('the system prompt counts only where the user gives no instruction', (t) => {
  t.equal(taskOf('The text.', 'Write a conversation.').kind, 'dialogue')
  t.equal(taskOf('<document>\nx\n</document>\nList the facts.', 'Write a conversation.').kind, 'facts')
  t.end()
})

t.test('numbers of items', (t) => {
  const items = (instruction: string) => taskOf(`<document>\nx\n</document>\n${instruction}`).items
  t.same(['Write 5 short questions.', 'Ask three questions', 'up to 12 facts', '90 facts', 'questions'].map(items), [5, 3, 12, null, null])
  t.end()
})

t.test('forms and targets win over key words', (t) => {
  const kind = (instruction: string) => taskOf(`Explain it.\n<document>\nx\n</document>\n${instruction}`).kind
  t.equal(kind('Answer: {"audience_1": "...", "genre_1": "..."}'), 'audience_pairs')
  t.equal(kind('Answer: {"A": {"analysis": "...", "score": 1}}'), 'verdict')
  t.equal(kind('<<<Interview. Lively.>>>\n<<<Readers who ask questions.>>>'), 'dialogue', 'the first target')
  t.equal(kind('<<<Ode. Solemn.>>>'), 'dense', 'a form that it cannot write')
  t.equal(kind('The target stands between <<< and >>>.'), 'lesson', 'no target')
  t.equal(taskOf('Judge it.\n<document>\nx\n</document>\nmore').told, 'Judge it.\n\n\nmore')
  t.end()
})
