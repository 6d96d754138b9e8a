/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/active-reading.test.ts > TAP > seven strategies, seven rows, each with its own call > must match snapshot 1`] = `
{"temperature":1,"max_tokens":2048}
[user]
<document>
The document.
</document>

Apply this strategy to the document and write down the full result, as a text that can be understood without the document and says nothing that is not in it.

Strategy: Strategy 0
Do number 0.
`
