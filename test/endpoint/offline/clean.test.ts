import t from 'tap'
import { cleanDocument } from '../../../dist/endpoint/offline/clean.js'

t.test('what a reader of the page would read', (t) => {
  const { title, blocks } = cleanDocument(`---
slug: x
title: "A page"
summary: "One whole sentence of its own."
---
<!-- hidden -->
import Foo from './foo.js'
<Banner
  image={"a.png"}
/>

# Heading {#anchor}

Text with **bold**, _soft_, \`code\`, a [link](http://a.b/c_(d)) and an image ![x](y.png) &amp; more<br>here.
Wrapped line. snake_case_name and 2 * 3 * 4 stay.

Share this article

- item one
1. item two

> quoted

| a | b |
https://example.org/x

\`\`\`js
const code = '<b>kept</b>'
\`\`\`
Short heading

Import duties from abroad rose.`)
  t.equal(title, 'A page')
  t.same(
    blocks.map(({ kind, text }) => `${kind}: ${text}`),
    [
      'prose: One whole sentence of its own.',
      'heading: Heading',
      'prose: Text with bold, soft, code, a link and an image & more here.\nWrapped line. snake_case_name and 2 * 3 * 4 stay.',
      'item: item one',
      'item: item two',
      'heading: quoted',
      "code: const code = '<b>kept</b>'",
      'heading: Short heading',
      'prose: Import duties from abroad rose.',
    ],
  )
  t.end()
})

t.test('title from the first heading, or none', (t) => {
  t.equal(cleanDocument('text here.\n\n# One\n# Two').title, 'One')
  t.equal(cleanDocument('only text, as it is.').title, null)
  t.equal(cleanDocument('---\ntitle:\n---\nonly text, as it is.').title, null)
  t.end()
})

t.test('a summary that the page repeats or that was cut off is left out', (t) => {
  const body = 'The page tells of many things, among them water and ice, at some length.'
  const page = (summary: string) => cleanDocument(`---\nsummary: ${summary}\n---\n${body}`).blocks.length
  t.equal(page(body), 1)
  t.equal(page('Something else, part of'), 1)
  t.equal(page('Something else entirely.'), 2)
  t.end()
})
