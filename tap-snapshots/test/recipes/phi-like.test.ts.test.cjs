/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/phi-like.test.ts > TAP > coverage is in the summary > must match snapshot 1`] = `
{"temperature":1,"max_tokens":2048}
[user]
Write instructive text in the manner of a good textbook, accurate and complete in itself. Topic: supply and demand. Audience: a practitioner of a neighbouring field. Form: a set of exercises with full solutions. Reason step by step wherever something is to be understood, use examples of your own, and make the words "bridge" and "waterfall" part of them. Write only the text.
`
