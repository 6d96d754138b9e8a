/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/mind.test.ts > TAP > seven conversations a chunk; short ones are dropped > must match snapshot 1`] = `
{"temperature":0.5,"top_p":0.9,"max_tokens":2048}
[user]
<document>
Two plus two is four.
</document>

Turn the document into a conversation of several turns between a layman who knows nothing of the subject and an expert who knows it all. The layman asks in plain words, and the expert explains until the layman has understood. They go through the matter step by step.

Stay faithful to the document: everything that is said in it may come up, and nothing that is not in it. Keep formulas, numbers and code exactly as they are. Each turn stands on a new line and begins with the name of the speaker and a colon. Write only the conversation, in the language of the document.

====

{"temperature":0.5,"top_p":0.9,"max_tokens":2048}
[user]
<document>
Two plus two is four.
</document>

Turn the document into a conversation of several turns between a teacher and a student. The student keeps asking about what is hard to see, and the teacher answers patiently and checks now and then whether it was understood.

Stay faithful to the document: everything that is said in it may come up, and nothing that is not in it. Keep formulas, numbers and code exactly as they are. Each turn stands on a new line and begins with the name of the speaker and a colon. Write only the conversation, in the language of the document.

====

{"temperature":0.5,"top_p":0.9,"max_tokens":2048}
[user]
<document>
Two plus two is four.
</document>

Turn the document into a conversation of several turns between two people who take the content as a problem to be solved. They say what is given and what is wanted, try a way, examine each result and come to the solution.

Stay faithful to the document: everything that is said in it may come up, and nothing that is not in it. Keep formulas, numbers and code exactly as they are. Each turn stands on a new line and begins with the name of the speaker and a colon. Write only the conversation, in the language of the document.

====

{"temperature":0.5,"top_p":0.9,"max_tokens":2048}
[user]
<document>
Two plus two is four.
</document>

Turn the document into a conversation of several turns between two professors of the field, who discuss the content in depth and precisely, with its technical terms, its consequences and its limits.

Stay faithful to the document: everything that is said in it may come up, and nothing that is not in it. Keep formulas, numbers and code exactly as they are. Each turn stands on a new line and begins with the name of the speaker and a colon. Write only the conversation, in the language of the document.

====

{"temperature":0.5,"top_p":0.9,"max_tokens":2048}
[user]
<document>
Two plus two is four.
</document>

Turn the document into a conversation of several turns between two students who work on the content together. They put it into their own words, ask each other what is unclear, correct each other and arrive at a common understanding.

Stay faithful to the document: everything that is said in it may come up, and nothing that is not in it. Keep formulas, numbers and code exactly as they are. Each turn stands on a new line and begins with the name of the speaker and a colon. Write only the conversation, in the language of the document.

====

{"temperature":0.5,"top_p":0.9,"max_tokens":2048}
[user]
<document>
Two plus two is four.
</document>

Turn the document into a conversation of several turns in the form of an interview. The interviewer asks one question after the other about the content, and the interviewee, who knows it well, answers at length.

Stay faithful to the document: everything that is said in it may come up, and nothing that is not in it. Keep formulas, numbers and code exactly as they are. Each turn stands on a new line and begins with the name of the speaker and a colon. Write only the conversation, in the language of the document.

====

{"temperature":0.5,"top_p":0.9,"max_tokens":2048}
[user]
<document>
Two plus two is four.
</document>

Turn the document into a conversation of several turns in which two participants debate the content: each takes a side where it allows for one, argues with what it says and answers the argument of the other. They go through the matter step by step.

Stay faithful to the document: everything that is said in it may come up, and nothing that is not in it. Keep formulas, numbers and code exactly as they are. Each turn stands on a new line and begins with the name of the speaker and a colon. Write only the conversation, in the language of the document.
`
