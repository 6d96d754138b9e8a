/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/kimi.test.ts > TAP > request n carries what n - 1 was answered with; a judge that finds fault drops the whole > must match snapshot 1`] = `
{"temperature":0,"max_tokens":512}
[user]
<document>
(source)
</document>

A rewrite of the document follows below. Judge whether it is faithful. Style, order and wording may differ in any way. What counts is meaning: are facts, numbers and names of the document missing, changed or contradicted, and is anything claimed that it does not say? Give a score from 5 (nothing missing, changed or added) over 3 (details missing, nothing wrong) to 1 (another meaning). Answer with JSON in exactly this form: {"A": {"analysis": "what differs, in one or two sentences", "score": 3}}

<rewrite>(rewrite)</rewrite>
`
