import t from 'tap'
import { runRecipe, written, type Message } from './run-recipe.js'

const part = (name: string) => Array.from({ length: 60 }, (_, i) => `${name} sentence ${i} tells of something that happened at hour ${i}.`).join(' ')
const verdict = (score: unknown) => `\`\`\`json\n${JSON.stringify({ A: { analysis: 'x', score } })}\n\`\`\``
const previous = (user: string) => /<previous>\n([^]*)\n<\/previous>/.exec(user)![1]!

t.test('request n carries what n - 1 was answered with; a judge that finds fault drops the whole', async (t) => {
  const texts = ['Good', 'Bad', 'Unsure'].map(part)
  const replies = new Map<string, string[]>()
  const { bodies, rows, rejected, summary } = await runRecipe(t, 'kimi', texts, (user, n) => {
    if (user.includes('<rewrite>')) return user.includes('Good') ? verdict(4) : user.includes('Bad') ? verdict(2) : 'I cannot say.'
    const reply = `Reply ${n}: ${Array.from({ length: 60 }, (_, i) => `w${n}x${i}`).join(' ')}.`
    const key = user.replace(/<document>[^]*<\/document>|<previous>[^]*<\/previous>/g, '') + /<document>\n(\w+)/.exec(user)![1]
    const before = replies.get(key) ?? []
    const whole = before.join('\n\n')
    t.equal(previous(user), whole.length <= 2000 ? whole : whole.slice(-2000), `request ${before.length} of a document`)
    replies.set(key, [...before, reply])
    return reply
  })
  t.equal(replies.size, 6, 'three documents, two styles each')
  t.ok([...replies.values()].every((chunks) => chunks.length > 1), 'several chunks each')
  t.equal(rows.length, 2)
  for (const row of rows) {
    t.match(row, { seed_id: 'd0', judge_score: 4 })
    t.ok([...replies.values()].some((chunks) => chunks.join('\n\n') === row['text']), 'the chunks in order')
  }
  t.same(rejected.map(({ reason }) => reason).toSorted(), ['STREAM_PARSE_FAILED', 'STREAM_PARSE_FAILED', 'judge_below_threshold', 'judge_below_threshold'])
  t.equal(summary.counts['fidelity']?.['score.4'], 2)
  const judging = bodies.find(({ messages }) => messages[0]!.content.includes('<rewrite>') && messages[0]!.content.includes('Good'))!
  t.match(judging.messages[0]!.content, `<document>\n${texts[0]}\n</document>`, 'the whole source')
  t.matchSnapshot(written([judging]).replace(/Good sentence [^]*hour 59\./, '(source)').replace(/<rewrite>[^]*<\/rewrite>/, '<rewrite>(rewrite)</rewrite>'))
})

t.test('previousChars bounds what a request carries', async (t) => {
  const { bodies } = await runRecipe(t, 'kimi', [Array.from({ length: 6 }, (_, i) => part(`P${i}`)).join(' ')], (user, n) =>
    user.includes('<rewrite>') ? verdict(5) : `${n} 👩`.repeat(500))
  const told = bodies.filter(({ messages }) => messages[0]!.content.includes('<previous>')).map(({ messages }) => previous(messages[0]!.content))
  t.ok(told.length > 8)
  t.ok(told.every((text) => text.length <= 2000 && !/^[\udc00-\udfff]/.test(text)), 'and begins with no half character')
  t.ok(told.some((text) => text.length > 1990))
})

t.test('kimi-continue: what was rewritten is the beginning of the message that the server goes on with', async (t) => {
  const texts = ['One', 'Two'].map(part)
  const told = new Map<string, string[]>()
  const { bodies, rows } = await runRecipe(t, 'kimi-continue', texts, (_last, n, { messages, ...fields }) => {
    const [user, begun] = messages as readonly [Message, Message?]
    if (user.content.includes('<rewrite>')) return verdict(5)
    const key = user.content.replace(/<document>[^]*<\/document>/g, '') + /<document>\n(\w+)/.exec(user.content)![1]
    const before = told.get(key) ?? []
    t.same(begun ?? null, before.length === 0 ? null : { role: 'assistant', content: before.join('\n\n') }, 'nothing is begun for a first part')
    t.same([fields['continue_final_message'], fields['add_generation_prompt']], before.length === 0 ? [undefined, undefined] : [true, false])
    told.set(key, [...before, `Reply ${n}: ${Array.from({ length: 60 }, (_, i) => `w${n}x${i}`).join(' ')}.`])
    return told.get(key)!.at(-1)!
  })
  t.ok([...told.values()].every((replies) => replies.length > 1), 'several chunks each')
  t.same(rows.map(({ text }) => text).toSorted(), [...told.values()].map((replies) => replies.join('\n\n')).toSorted(), 'each part once')
  t.notMatch(JSON.stringify(bodies), /previous/)
  t.matchSnapshot(written([bodies[0]!]).replace(/<document>[^]*<\/document>/, '<document>(part)</document>').replace(/in the voice of [^.]*\./, 'in the voice of (a style).'))
})
