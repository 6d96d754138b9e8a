import t from 'tap'
import { maga } from '../../../dist/recipes/maga.js'
import type { OpSpec } from '../../../dist/recipes/recipe.js'
import { refined } from './about.ts'

const op = maga.steps[1]!.parse!.find(({ op }) => op === 'without_phrases') as OpSpec & { phrases: string[] }

t.test('each phrase, at the start, in the middle and at the end', (t) => {
  t.equal(op.phrases.length, 4)
  for (const phrase of op.phrases) {
    for (const text of [`${phrase} a rewrite of it.`, `A text.\n\n${phrase} it was changed.`, `A text. (${phrase})`, `**${phrase}** x`, `A text. ${phrase.replace(' ', '\n')} x`, phrase]) {
      const { reason, detail } = refined(op, text)
      t.equal(reason, 'boilerplate', text)
      t.equal(detail, `output holds "${phrase}"`)
    }
  }
  t.equal(refined(op, 'Good.\n\n**Notes**: changed.').reason, 'boilerplate', 'emphasis within the phrase')
  t.end()
})

t.test('what only looks like it stays, as it is', (t) => {
  for (const text of ['Footnotes: none.', 'The tonic is the following: is it C?', 'In short, the following is true.', 'The following island was found.', 'His notes: none.', 'FootNotes: x', '']) {
    t.equal(refined(op, text).drafts[0]?.text, text, text)
  }
  t.end()
})
