import t from 'tap'
import { refined } from '../refined.js'

const cases: [reply: string, made: string][] = [
  [' Hello, dear readers! Today we cook.', 'Today we cook.'],
  ['hello there. Water boils.', 'Water boils.'],
  ['My name is Dr. Smith. Water boils.', 'Smith. Water boils.'],
  ["You've just arrived in Rome. It is hot.", 'It is hot.'],
  ['**Welcome, young scientists!** Water boils.', 'Water boils.'],
  ['Welcome, young scientists! Water boils.', 'Water boils.'],
  ['**Warning: hot water.\nWater boils.', 'Water boils.'],
  ["We're thrilled to be here! Water boils.", 'Water boils.'],
  ['Water boils.\nHello again! It is hot.', 'Water boils.\nIt is hot.'],
  ['Hello! My name is Bob. Welcome, all! Water boils.', 'Water boils.'],
  ['She said: Hello! And left.', 'She said: Hello! And left.'],
  ['Welcome to this unit. Water boils.', 'Welcome to this unit. Water boils.'],
  ['Hello without an end', 'Hello without an end'],
  ['Hello!', 'Hello!'],
  ['', ''],
]

t.test('openers go, at the beginning of any line', (t) => {
  const counts: Record<string, number> = {}
  for (const [reply, made] of cases) t.same(refined([{ op: 'drop_openers' }], reply, { counts }), [made], JSON.stringify(reply))
  t.same(counts, { openers_dropped: 10 })
  t.end()
})
