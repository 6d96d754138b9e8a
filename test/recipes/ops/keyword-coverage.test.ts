import t from 'tap'
import { refined } from './about.ts'

const source = 'Glaciers carve valleys. Glaciers move slowly downhill, grinding bedrock into powder, and leave moraines when they melt.'
const op = { op: 'keyword_coverage', minKeywordCoverage: 0.3, keywords: 10 }

t.test('low overlap is dropped, the rest passes as it is', (t) => {
  // Of ten keywords: glaciers, carve, valleys, slowly, downhill, grinding, bedrock, powder, leave, moraines.
  t.match(refined(op, 'A recipe for bread.', { source }), { reason: 'low_keyword_coverage', detail: '0.00 of the source\'s keywords, limit 0.3' })
  t.match(refined(op, 'Valleys and glaciers.', { source }), { reason: 'low_keyword_coverage', detail: /^0\.20 / })
  t.match(refined(op, 'Valleys, glaciers, moraines.', { source }), { reason: null, drafts: [{ text: 'Valleys, glaciers, moraines.' }] }, 'at the limit')
  t.match(refined(op, 'A recipe for bread.', { source: 'Hello.' }), { reason: null }, 'a source that says too little to measure by')
  t.match(refined({ ...op, minKeywordCoverage: 0 }, 'A recipe for bread.', { source }), { reason: null }, 'no limit')
  t.end()
})
