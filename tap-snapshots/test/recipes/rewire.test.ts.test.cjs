/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/rewire.test.ts > TAP > the text between the tags, where it is not shorter than the source > must match snapshot 1`] = `
{"temperature":0.5,"top_p":0.9,"max_tokens":8192}
[user]
<document>
A A draft of some length stands here. A draft of some length stands here. A draft of some length stands here. A draft of some length stands here. A draft of some length stands here. A draft of some length stands here.
</document>

The document is a draft from the web. First think, between <thinking starts> and <thinking ends>: what is the draft for, whom does it serve, what does it know, where does it fail, and which steps lead to a text that does the same job well? Then write that text in full, between <improved response starts> and <improved response ends>. It keeps every fact and idea of the draft, works them out where the draft only touches them, reasons step by step where there is something to follow, is not shorter than the draft, and is written in its language. Use each tag exactly once.
`
