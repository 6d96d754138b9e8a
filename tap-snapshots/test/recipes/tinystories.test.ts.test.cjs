/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/tinystories.test.ts > TAP > stories that lack a word are asked for again, then rejected > must match snapshot 1`] = `
{"temperature":1,"max_tokens":800}
[user]
Write a short story of three to five paragraphs, in words that a child of three or four years understands. In the story use the verb "point", the noun "door" and the adjective "brown". Features that the story should have: a moral. Write only the story, without a title.
`
