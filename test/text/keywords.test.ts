import t from 'tap'
import { keywordCoverage, keywordsOf } from '../../dist/text/keywords.js'

const source = `Photosynthesis turns sunlight into sugar. Plants need sunlight, water and carbon dioxide for photosynthesis; the
chlorophyll in their leaves absorbs the sunlight. There are plants that store carbon through the night.`

t.test('the most frequent words that name something, in order', (t) => {
  t.same(keywordsOf(source, 4), ['sunlight', 'photosynthesis', 'plants', 'carbon'])
  t.notOk(keywordsOf(source, 99).some((word) => ['there', 'their', 'through', 'need', 'into'].includes(word)))
  t.same(keywordsOf('光合作用把阳光变成糖。植物需要阳光和水。', 2).length, 2)
  t.ok(keywordsOf('光合作用把阳光变成糖。植物需要阳光和水。', 9).includes('阳光'))
  t.same(keywordsOf('', 5), [])
  t.end()
})

t.test('coverage', (t) => {
  t.equal(keywordCoverage(source, source, 20), 1)
  t.equal(keywordCoverage(source, source.toUpperCase(), 20), 1, 'case')
  t.equal(keywordCoverage(source, 'The stock market fell on Monday.', 20), 0)
  t.equal(keywordCoverage(source, 'A plant in the sunlight, photosynthesising.', 4), 0.75, 'inflections')
  t.equal(keywordCoverage('Short one.', 'Another text.', 20), null, 'too little to measure by')
  t.end()
})
