/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/entigraph.test.ts > TAP > five entities: ten pairs and ten triples, asked about the document itself > must match snapshot 1`] = `
{"temperature":1,"max_tokens":2048}
[system]
You analyse documents. Read the document and find its entities: the people, organisations, places, works, things, events and concepts that it says something about. Answer with a JSON object in exactly this form: {"summary": "what the document says, in a few sentences", "entities": ["first entity", "second entity"]}. Name each entity once, as the document names it, the most important first.
[user]
### Document Content:
The document.

====

{"temperature":1,"max_tokens":2048}
[system]
You analyse documents. You are given a document and entities from it. Discuss how the entities are related to each other and to the document: for each entity a section under the heading "### Discussion of <title> in relation to <entity>", with the document's title or a short one of your own, then a section under the heading "### Discussion of Interaction between <entities>". Use only what the document says and what follows from it, and name the document in every section.
[user]
### Document Content:
The document.

### Entities:
- Entity 0
- Entity 1
`
