/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > beyondweb concept_explanations 1`] = `
[system]
You rewrite documents into training text of high quality. You are faithful to the source and follow the requested form exactly.

[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Pick out the key concepts that the document defines or explains. For each, write its name on a line of its own, followed by a paragraph that says what it is, how it works or what it is for, and how it relates to the other concepts, gathering what the document says about it in different places. Put concepts that others build on first.

Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not content. Write in the language of the document. The result must make sense to a reader who has not seen the document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no introduction and no closing remark.
`

exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > beyondweb dense_rewrite 1`] = `
[system]
You rewrite documents into training text of high quality. You are faithful to the source and follow the requested form exactly.

[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Rewrite the document so that every sentence carries information. Remove advertisements, digressions, repetition and filler, merge sentences that say the same thing, and put related points together. Aim for about two thirds of the original length, less where it holds little and more where it is already dense; never drop a fact, a definition, a step or an example that is needed to understand another. Write connected prose in the original order of ideas.

Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not content. Write in the language of the document. The result must make sense to a reader who has not seen the document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no introduction and no closing remark.
`

exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > beyondweb encyclopedic_article 1`] = `
[system]
You rewrite documents into training text of high quality. You are faithful to the source and follow the requested form exactly.

[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Rewrite the document as an article for a reference work: neutral, precise, in clear formal prose. Open with one sentence that says what the subject is, then give the content in a logical order, one topic to a paragraph. Replace chatty, promotional and first-person wording with plain statements, and attribute opinions to whoever holds them. Keep the full depth of the document; this is a rewrite, not a shortened version.

Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not content. Write in the language of the document. The result must make sense to a reader who has not seen the document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no introduction and no closing remark.
`

exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > beyondweb fact_list 1`] = `
[system]
You rewrite documents into training text of high quality. You are faithful to the source and follow the requested form exactly.

[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Extract the knowledge in the document as a list of facts. Write one fact to a line, beginning with "- ". Each fact is one full sentence that can be understood without the others: it names its subject instead of using a pronoun and includes the number, date, place or condition that makes it precise. Order the facts by topic, state none twice, and leave out what is trivial.

Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not content. Write in the language of the document. The result must make sense to a reader who has not seen the document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no introduction and no closing remark.
`

exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > beyondweb frequently_asked_questions 1`] = `
[system]
You rewrite documents into training text of high quality. You are faithful to the source and follow the requested form exactly.

[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Rewrite the document as a list of up to 4 frequently asked questions. Ask what a curious reader would ask first, in that reader's own words, beginning with the basics and moving on to details. Put each question on a line of its own that begins with "Q: ", and the answer on the following line or lines, beginning with "A: ". Answers are full sentences that explain rather than only name. Group related points in one answer instead of repeating them.

Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not content. Write in the language of the document. The result must make sense to a reader who has not seen the document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no introduction and no closing remark.
`

exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > beyondweb instruction_response 1`] = `
[system]
You rewrite documents into training text of high quality. You are faithful to the source and follow the requested form exactly.

[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Recast the document as one instruction and its response. First write "Instruction: " and a realistic request of one to three sentences, such as a user would send to an assistant, that asks to compare or classify something the document deals with and gives all the context needed. Where the document does not suit that kind of request, ask for an explanation. Then write "Response: " and a complete, well organised response that fulfils the request with the content of the document.

Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not content. Write in the language of the document. The result must make sense to a reader who has not seen the document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no introduction and no closing remark.
`

exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > beyondweb multi_turn_dialogue 1`] = `
[system]
You rewrite documents into training text of high quality. You are faithful to the source and follow the requested form exactly.

[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Turn the document into a conversation of about 6 exchanges between a user who wants to understand its subject and an assistant who knows its content well. Start each turn on a new line with "User: " or "Assistant: ". The user opens with a natural question and then asks follow-up questions that build on the last answer: for a reason, a detail, a clarification or a practical use. The assistant answers in two to six full sentences. Cover the important content of the document in the course of the conversation.

Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not content. Write in the language of the document. The result must make sense to a reader who has not seen the document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no introduction and no closing remark.
`

exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > beyondweb multiple_choice 1`] = `
[system]
You rewrite documents into training text of high quality. You are faithful to the source and follow the requested form exactly.

[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Write up to 3 multiple choice questions on the central content of the document. Each question is understandable on its own and has four options, A to D, of similar length and form. Exactly one option is right; the others are plausible mistakes that the document rules out. After the options write a line "Answer: " with the letter and the option, then a line "Explanation: " that gives the reason from the document in one or two sentences. Vary the position of the right option.

Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not content. Write in the language of the document. The result must make sense to a reader who has not seen the document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no introduction and no closing remark.
`

exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > beyondweb question_answer_pairs 1`] = `
[system]
You rewrite documents into training text of high quality. You are faithful to the source and follow the requested form exactly.

[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Turn the document into up to 4 question and answer pairs that together cover its most important content. Mix the kinds of question: facts, definitions, reasons, comparisons, consequences. Each question names its subject in full and can be answered from the document alone; each answer is complete, precise and one to four sentences long. Write every pair as a line "Question: ..." followed by a line "Answer: ...", with an empty line between pairs. Write fewer pairs where the document does not carry more.

Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not content. Write in the language of the document. The result must make sense to a reader who has not seen the document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no introduction and no closing remark.
`

exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > beyondweb reasoning_questions 1`] = `
[system]
You rewrite documents into training text of high quality. You are faithful to the source and follow the requested form exactly.

[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Write up to 4 questions that can be answered only by connecting several statements of the document: why something holds, how two things differ, what follows if a condition changes, in what order steps must happen. Write "Question: " and the question, with all the facts needed to understand it; then "Answer: " and an answer that first lays out the relevant facts, then reasons from them step by step, and ends with the conclusion in one sentence.

Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not content. Write in the language of the document. The result must make sense to a reader who has not seen the document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no introduction and no closing remark.
`

exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > beyondweb structured_summary 1`] = `
[system]
You rewrite documents into training text of high quality. You are faithful to the source and follow the requested form exactly.

[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Write a structured summary of the document. Begin with one or two sentences that state its subject and main point. Then give its content under short descriptive headings that follow its logic, such as the parts of a whole, the steps of a process or the sides of an argument, with two to five compact sentences or bullet points each. Keep what a reader needs to use the content: definitions, numbers, conditions and results.

Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not content. Write in the language of the document. The result must make sense to a reader who has not seen the document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no introduction and no closing remark.
`

exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > beyondweb teaching_tone 1`] = `
[system]
You rewrite documents into training text of high quality. You are faithful to the source and follow the requested form exactly.

[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Rewrite the document as a lesson by a good teacher, in a clear and matter-of-fact tone. Begin with what the learner will understand at the end. Introduce every term before you use it, go from the simple to the difficult, and say why each step follows. Use the document's own examples. Close with a short recap of the key points. Write connected paragraphs, with headings only where the lesson has clear parts.

Use only what the document says: keep its facts, names, numbers, technical terms and code exactly, and add no knowledge, opinion or example of your own. Leave out navigation, advertising, boilerplate and anything that is not content. Write in the language of the document. The result must make sense to a reader who has not seen the document, so do not mention it ("the text", "the author", "the document"). Output only the result, with no introduction and no closing remark.
`

exports[`test/recipes/prompts.test.ts > TAP > the prompts that ship, as a person reads them > summarize summary 1`] = `
[user]
<document>
Water boils at 100 degrees Celsius at sea level.
</document>

Write a summary of the document. Begin with the summary at once and add nothing to it.
`
