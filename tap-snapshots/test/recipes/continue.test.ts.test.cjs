/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/continue.test.ts > TAP > one call a document; the model sees second halves only > must match snapshot 1`] = `
{"temperature":0.5,"top_p":0.9,"max_tokens":1024}
[user]
<document>
Three is new. Four is new.

第二句话。

Alone here.
</document>

Write a continuation that goes on where this document stops and keeps to its style.
`
