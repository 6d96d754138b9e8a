/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/nemotron-cc.test.ts > TAP > the requests, as a person reads them > distill 1`] = `
[system]
You write with great care: every statement is true to its source, weighed and nuanced, and the reasoning behind it is sound.

[user]
Task: Paraphrase the text below so that it becomes shorter and loses nothing that matters.
- Be brief and clear, but do not make simple what is not.
- Keep the important facts, figures and names.
- Keep technical terms and say nothing vague in their place.
- Keep examples and explanations of why something holds.
- Write only what the text says, without knowledge of your own.
- Write plain text without Markdown, in the language of the text.

Text:
Water boils at 100 degrees Celsius.

Task: Write the shorter paraphrase of the text above. Start with "Paraphrased Text:".

{"temperature":0.5,"top_p":0.9,"max_tokens":1600}
`

exports[`test/recipes/nemotron-cc.test.ts > TAP > the requests, as a person reads them > diverse_qa 1`] = `
[system]
You talk with someone who is eager to learn. Your answers are correct, useful, detailed and courteous.

[user]
Task: Ask questions about the text below and answer them. Go by these rules:
1. Call for different kinds of thinking: remembering, understanding, applying, analysing, judging.
2. Mix six kinds of question: to be answered with yes or no; open, beginning with what, how, when, where, why or who; multiple choice, with the options in the question; comparison of two things; understanding of a passage; solving of a problem.
3. Ask about the facts, ideas and relations of the text, not about its wording or layout.
4. Word questions and answers precisely and briefly; each can be understood without the text.
5. Write plain text without Markdown.
6. Begin every question with the tag "Question:" and every answer with the tag "Answer:".

Text:
Water boils at 100 degrees Celsius.

Task: Write up to 8 different questions on the text above with their answers, in its language. Start with the line "Here are the questions and answers based on the provided text:" and write each pair as

- Question: ... Answer: ...

{"temperature":0.5,"top_p":0.9,"max_tokens":1600}
`

exports[`test/recipes/nemotron-cc.test.ts > TAP > the requests, as a person reads them > extract_knowledge 1`] = `
[system]
You talk with someone who is eager to learn. Your answers are correct, useful, detailed and courteous.

[user]
Task: Rewrite the knowledge that the text below holds as passages such as Wikipedia has.
- Write in the precise language of good textbooks and encyclopedias, in the language of the text.
- Knowledge is what belongs to a discipline: mathematics, science, engineering, medicine, computing, economics, law, history, geography, politics, philosophy, language, the arts, or a trade.
- Leave out what is no knowledge, such as advertising, opinion, navigation and chatter.
- Keep explanations, examples and the steps of an argument.
- Add nothing that the text does not say.
- Write plain text without Markdown.
- Give no titles, notes or remarks: only the passages.

Text:
Water boils at 100 degrees Celsius.

Task: Write the passages that hold the knowledge of the text above.

{"temperature":0.5,"top_p":0.9,"max_tokens":1600}
`

exports[`test/recipes/nemotron-cc.test.ts > TAP > the requests, as a person reads them > knowledge_list 1`] = `
[system]
You talk with someone who is eager to learn. Your answers are correct, useful, detailed and courteous.

[user]
Task: Put what can be learnt from the text below into a list of facts that is short and well ordered.
- Take up facts, details, concepts, figures and what they mean.
- Be specific: name who, what, where, when and how much.
- Put much into few words, and say nothing twice.
- Give no titles or headings.

Text:
Water boils at 100 degrees Celsius.

Task: Write the list for the text above, in its language, each item on a line that begins with "- ".

{"temperature":0.5,"top_p":0.9,"max_tokens":1600}
`

exports[`test/recipes/nemotron-cc.test.ts > TAP > the requests, as a person reads them > wikipedia 1`] = `
[system]
You talk with someone who is eager to learn. Your answers are correct, useful, detailed and courteous.

[user]
Write a paraphrase of the text below in the clear, well-formed language of a Wikipedia article. Vary words and sentences, keep the content and the language of the text. Start with the line "Here is a paraphrased version:".

Text: Water boils at 100 degrees Celsius.

{"temperature":0.5,"top_p":0.9,"max_tokens":512}
`
