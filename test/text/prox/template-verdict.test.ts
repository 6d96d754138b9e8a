import t from 'tap'
import { judgeTemplate, type ProbedDocument } from '../../../dist/text/prox/template-verdict.js'

const line = 'these are twelve words that all stand in one line of text'
const text = Array.from({ length: 4 }, () => line).join('\n')
const documents = (...replies: readonly (ProbedDocument['replies'])[]) => replies.map((all) => ({ text, replies: all }))
const removeOne = 'remove_lines(start=0, end=0)'

t.test('shares are of what was asked about', (t) => {
  t.same(judgeTemplate(documents([removeOne, 'skipped'], [null, ' keep_chunk()'], ['remove_lines(all=True)'], ['The document is fine.']), 'safe'), {
    asked: 5, answered: 4, parsed: 0.6, kept: 0.75, wordsKept: (0.75 + 1 + 1) / 3, passes: true,
  })
  t.end()
})

t.test('each bound fails alone', (t) => {
  const verdict = (...replies: readonly (ProbedDocument['replies'])[]) => judgeTemplate(documents(...replies), 'safe').passes
  t.ok(verdict([removeOne], ['garbage']), 'half of the replies are programs')
  t.notOk(verdict([removeOne], ['garbage'], ['remove_lines would help']), 'fewer')
  t.notOk(verdict([removeOne], ['drop_doc()'], ['keep_doc()']), 'a document refiner is none')
  t.ok(verdict([removeOne], ['remove_lines(all=True)']), 'half of the documents are kept')
  t.notOk(verdict([removeOne], ['remove_lines(all=True)'], ['remove_lines(all=True)']), 'fewer')
  t.notOk(verdict(['keep_chunk()'], ['untouch_doc()']), 'nothing is ever removed')
  t.notOk(verdict(['remove_lines(start=0, end=2)'], ['remove_lines(start=1, end=3)']), 'a quarter is left')
  t.notOk(verdict(), 'nothing asked')
  t.end()
})
