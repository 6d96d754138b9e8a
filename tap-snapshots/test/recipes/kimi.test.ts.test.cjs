/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/kimi.test.ts > TAP > kimi-continue: what was rewritten is the beginning of the message that the server goes on with > must match snapshot 1`] = `
{"temperature":0.7,"top_p":0.95,"max_tokens":2048}
[user]
<document>(part)</document>

Rewrite the document in the voice of (a style).

Rewrite this part of a longer document and nothing else. Say everything that it says, with its facts, names, numbers, formulas and code unchanged, and add nothing. Your answer begins with what you have rewritten of the parts before it, if there were any: go on from there with this part, in the same voice, with the same names for things, without saying again what stands there. Output only rewritten text.
`

exports[`test/recipes/kimi.test.ts > TAP > request n carries what n - 1 was answered with; a judge that finds fault drops the whole > must match snapshot 1`] = `
{"temperature":0,"max_tokens":512}
[user]
<document>
(source)
</document>

A rewrite of the document follows below. Judge whether it is faithful. Style, order and wording may differ in any way. What counts is meaning: are facts, numbers and names of the document missing, changed or contradicted, and is anything claimed that it does not say? Give a score from 5 (nothing missing, changed or added) over 3 (details missing, nothing wrong) to 1 (another meaning). Answer with JSON in exactly this form: {"A": {"analysis": "what differs, in one or two sentences", "score": 3}}

<rewrite>(rewrite)</rewrite>
`
