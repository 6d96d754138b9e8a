/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/finephrase.test.ts > TAP > four prompts a document, as they are sent > must match snapshot 1`] = `
{"max_tokens":2048}
[user]
Make a word problem in mathematics out of the quantities and relations that the document mentions. State the problem with every figure it needs, so that it takes several steps of ordinary arithmetic to solve. Then solve it, one step after the other, and show each calculation. Give the problem and its solution and nothing besides.

Document: Water boils at 100 degrees.

====

{"max_tokens":2048}
[user]
Put the main information of the document into a Markdown table, with a header row that names the columns and one row for each thing described. Below the table write one question that a reader can answer from the table, and its short and exact answer. Give the table, the question and the answer and nothing besides.

Document: Water boils at 100 degrees.

====

{"max_tokens":2048}
[user]
Write a tutorial from the document that takes its reader through the matter step by step. Number the steps or use bullet points where that makes them easier to follow, leave out no essential information, and keep the tone that of a good instructor. Give the tutorial and nothing besides.

Document: Water boils at 100 degrees.

====

{"max_tokens":2048}
[user]
Write an FAQ that covers the document. Find the questions that people who want to know about its subject ask, state them in an order that leads from the basics to the details, and answer each one directly. An answer must make sense without the other answers, and the FAQ without the document. Give the FAQ and nothing besides.

Document: Water boils at 100 degrees.
`
