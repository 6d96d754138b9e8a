/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/wrap.test.ts > TAP > the requests, as a person reads them > easy 1`] = `
[system]
You talk with someone who is eager to learn. Your answers are correct, useful, detailed and courteous.

[user]
Rewrite the text below so that a very small child understands it: the simplest words there are and sentences of a few words. Leave no fact out, and write in the language of the text.

Text:
Water boils at 100 degrees Celsius.

{"temperature":0.8,"top_p":0.95,"max_tokens":1024}
`

exports[`test/recipes/wrap.test.ts > TAP > the requests, as a person reads them > hard 1`] = `
[system]
You talk with someone who is eager to learn. Your answers are correct, useful, detailed and courteous.

[user]
Paraphrase the text below as tersely and eruditely as a scholar would who writes for scholars: rare and exact words, dense sentences, no explanation. Keep what it says, and write in the language of the text.

Text:
Water boils at 100 degrees Celsius.

{"temperature":0.8,"top_p":0.95,"max_tokens":1024}
`

exports[`test/recipes/wrap.test.ts > TAP > the requests, as a person reads them > medium 1`] = `
[system]
You talk with someone who is eager to learn. Your answers are correct, useful, detailed and courteous.

[user]
Paraphrase the text below in other words and other sentences, in the faultless language that Wikipedia has, and in the language of the text. Keep what it says.

Text:
Water boils at 100 degrees Celsius.

{"temperature":0.8,"top_p":0.95,"max_tokens":1024}
`

exports[`test/recipes/wrap.test.ts > TAP > the requests, as a person reads them > qa 1`] = `
[system]
You talk with someone who is eager to learn. Your answers are correct, useful, detailed and courteous.

[user]
Ask several questions about the text below and answer them, so that they cover what it says, as two people would who talk about it. Begin every question with "Question:" and every answer with "Answer:", each on a line of its own, and write in the language of the text.

Text:
Water boils at 100 degrees Celsius.

{"temperature":0.8,"top_p":0.95,"max_tokens":1024}
`
