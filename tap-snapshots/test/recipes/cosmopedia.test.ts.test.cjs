/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia blogpost 1`] = `
Text:
Water boils.

Task: Write a blog post, an article that informs its readers on a subject that the extract above touches, within the context of "Physics". Give facts and insight, address the reader, and illustrate with examples and stories. Do not open with a cliché or a greeting. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`

exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia textbook_academic 1`] = `
Text:
Water boils.

Task: Write a long and detailed unit of a college textbook on a subject that the extract above touches. Be rigorous: define and derive. Be engaging: write so that one wants to read on. Be practical: show with examples what it is used for. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`

exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia textbook_narrative 1`] = `
Text:
Water boils.

Task: Write a long textbook section that is told as a story, on a subject that the extract above touches. Let people meet the subject in their lives and talk about it, and explain it thoroughly through what happens. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`

exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia wikihow 1`] = `
Text:
Water boils.

Task: Write a long and detailed tutorial such as WikiHow has, on something that the extract above touches, within the context of "Physics". Go through it in steps, explain each in depth and say why it is needed. Use no images. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`

exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia-math textbook_college 1`] = `
Text:
Water boils.

Task: Write a long and detailed section of a textbook on what the text above is about, for college students: precise terms, derivations and evidence, connections to related subjects. Explain every idea before you use it. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`

exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia-math textbook_grade_school 1`] = `
Text:
Water boils.

Task: Write a long and detailed section of a textbook on what the text above is about, for grade school students: one small step after the other, with pictures in words and everyday numbers. Explain every idea before you use it. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`

exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia-stories problem_solving_story 1`] = `
Text:
Water boils.

Task: Write a story that explains how somebody solves a problem which the text above has to do with. Show what is tried, what fails and why, how the characters treat each other, and what they have learnt in the end, which may be no success. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`

exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia-stories reddit_post 1`] = `
Text:
Water boils.

Task: Write a post, as people write on Reddit, in which somebody explains what happened to them with something the text above has to do with: personal, detailed, in everyday language, with what they felt and what came out of it. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`

exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia-stories young_children_story 1`] = `
Text:
Water boils.

Task: Write a story for young children that explains something the text above has to do with. Use simple words, let two or three characters talk with each other, and let them find out and understand a little piece of the world. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`

exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia-textbooks textbook_college 1`] = `
Text:
Water boils.

Task: Write a long and detailed section of a textbook on what the text above is about, for college students: precise terms, derivations and evidence, connections to related subjects. Explain every idea before you use it. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`

exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia-textbooks textbook_middle_school 1`] = `
Text:
Water boils.

Task: Write a long and detailed section of a textbook on what the text above is about, for middle school students: clear definitions, worked examples, no knowledge assumed beyond school. Explain every idea before you use it. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`

exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia-textbooks textbook_professionals_researchers 1`] = `
Text:
Water boils.

Task: Write a long and detailed section of a textbook on what the text above is about, for professionals and researchers of the field: full depth, open questions, critical discussion. Explain every idea before you use it. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`

exports[`test/recipes/cosmopedia.test.ts > TAP > the requests, as a person reads them > cosmopedia-textbooks textbook_young_children 1`] = `
Text:
Water boils.

Task: Write a long and detailed section of a textbook on what the text above is about, for young children: simple words, short sentences, things they know from every day. Explain every idea before you use it. Begin with the content at once: no title, no introduction of yourself, no remark about this task.
`
