/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/summarize.test.ts > TAP > one call a document, one sentence, no system prompt; the output is used as it comes > must match snapshot 1`] = `
{"temperature":0.5,"top_p":0.9,"max_tokens":1024}
[user]
<document>
Water boils at 100 degrees.
</document>

Write a summary of the document. Begin with the summary at once and add nothing to it.
`
