/** Documents that an arm draws on. Two sources with the same name have the same documents, so what is known in both is the same. */
export type Pool = 'hq' | 'hq_more' | 'lq' | 'web_conversational' | 'web_other' | 'rpj'

/** Some of the tokens of an arm. */
export interface ArmSource {
  readonly documents: Pool
  /** null: the documents as they are. */
  readonly recipe: string | null
  /** Parts of the arm's tokens, whole numbers. */
  readonly parts: number
  /** Only these variants of the recipe. Default: all. */
  readonly variants?: readonly string[]
  /** The model that rewrites, where that is what the arms differ in. */
  readonly model?: string
}

/** One data set that a student is trained on. */
export interface Arm {
  readonly name: string
  readonly sources: readonly ArmSource[]
  /** What the paper reports of a student trained on it: mean accuracy in percent, or null where it gives no number. */
  readonly reported: string | null
}

/** The data sets that answer one question. */
export interface ArmSet {
  readonly name: string
  readonly question: string
  /** Tokens of each arm in the paper. */
  readonly budget: number
  readonly notes: readonly string[]
  readonly arms: readonly Arm[]
}

const STUDENT =
  'student: Llama-3.2-1B, AdamW 0.9/0.95, lr 5e-4 cosine, weight decay 1e-7, 4K warm-up steps, 512 x 2048 tokens a batch; ' +
  'mean of 0- and 5-shot over 14 tasks'
const SAME_DOCUMENTS = 'the synthetic half is made of the documents of the real half, so that knowledge is held fixed'
const HALVES = 'half real, half synthetic, as in all ablations; only the headline has 60 to 40'

const real = (documents: Pool, parts = 1): ArmSource => ({ documents, recipe: null, parts })
const made = (documents: Pool, recipe: string, over: Partial<ArmSource> = {}): ArmSource => ({ documents, recipe, parts: 1, ...over })
const halves = (name: string, synthetic: ArmSource, reported: string | null): Arm => ({ name, sources: [real(documentsOf(synthetic)), synthetic], reported })
const documentsOf = ({ documents }: ArmSource): Pool => documents
const style = (percent: number, reported: string): Arm => ({
  name: `conversational_${String(percent).replace('.', '_')}`,
  sources: [real('web_conversational', Math.round(percent * 100)), real('web_other', 10_000 - Math.round(percent * 100))],
  reported,
})
const headline = (name: string, realDocuments: Pool, synthetic: ArmSource, reported: string): Arm => ({
  name, sources: [real(realDocuments, 3), { ...synthetic, parts: 2 }], reported,
})
/** The documents once more: `repeat` writes both epochs, and the first one is the real half. */
const again: ArmSource = made('hq', 'repeat', { variants: ['epoch_1'] })
/** What Nemotron-Synth is: the tasks for documents of high quality. */
const nemotronSynth: ArmSource = made('hq', 'nemotron-cc', { variants: ['diverse_qa', 'distill', 'extract_knowledge', 'knowledge_list'] })
const qaWrap = (documents: Pool): ArmSource => made(documents, 'wrap', { variants: ['qa'], model: 'meta-llama/Llama-3.1-8B-Instruct' })
const QA_WRAP = 'wrap writes real text beside its rewrites (variant real): leave it out here, where the real half is the pool itself'

/** The arms of BeyondWeb (arXiv 2508.10975): what its questions compare. Accuracies need the training, arms and tokens do not. */
export const armSets: readonly ArmSet[] = [
  {
    name: 'rq1', question: 'Is synthetic data more than a summary?', budget: 20e9, notes: [STUDENT, SAME_DOCUMENTS],
    arms: [
      halves('repeat', again, '45.5'),
      halves('summary', made('hq', 'summarize'), '46.7'),
      halves('cosmopedia', made('hq', 'cosmopedia'), '47.1'),
      halves('beyondweb', made('hq', 'beyondweb'), '50.4'),
    ],
  },
  {
    name: 'rq2', question: 'Does synthetic data break the data wall?', budget: 20e9,
    notes: [STUDENT, SAME_DOCUMENTS, 'continuations: Llama-3.1-8B sees only the second half of each paragraph'],
    arms: [
      { name: 'unique', sources: [real('hq'), real('hq_more')], reported: '46.2' },
      halves('repeat', again, '45.5'),
      halves('continue', made('hq', 'continue'), '46.2'),
      halves('beyondweb', made('hq', 'beyondweb'), '50.4'),
    ],
  },
  {
    name: 'rq3', question: 'How good must the documents be that are rewritten?', budget: 20e9,
    notes: [STUDENT, 'the arm rewritten_hq has the same documents twice; the other two have those of lq beside hq'],
    arms: [
      { name: 'lq', sources: [real('hq'), real('lq')], reported: '45.6' },
      { name: 'rewritten_lq', sources: [real('hq'), made('lq', 'beyondweb')], reported: '48.6' },
      halves('rewritten_hq', made('hq', 'beyondweb'), '49.2'),
    ],
  },
  {
    name: 'rq4', question: 'How much conversation should there be?', budget: 20e9,
    notes: [
      STUDENT, '5-shot only; nothing is rewritten: web pages are drawn anew by their format (--label formats=...)',
      'conversational: Transcript / Interview, Customer Support Page, FAQs, Q&A Forum; 3.67 % is the web as it is',
    ],
    arms: [style(3.67, '43.2'), style(10, '43.5'), style(20, '44.0'), style(50, '44.1')],
  },
  {
    name: 'rq5', question: 'Does one strategy do?', budget: 20e9,
    notes: [
      STUDENT, HALVES, QA_WRAP,
      'in the paper over long budgets: 1T tokens at 1B, 180B at 3B and 8B; cosmopedia flattens first, then qa_wrap, then nemotron_synth; beyondweb does not',
    ],
    arms: [
      halves('cosmopedia', made('hq', 'cosmopedia'), null),
      halves('qa_wrap', qaWrap('hq'), null),
      halves('nemotron_synth', nemotronSynth, null),
      halves('beyondweb', made('hq', 'beyondweb'), null),
    ],
  },
  {
    name: 'rq6', question: 'Does the family of the rewriter matter?', budget: 20e9, notes: [STUDENT, SAME_DOCUMENTS, HALVES],
    arms: [
      halves('olmo_2_7b', made('hq', 'beyondweb', { model: 'allenai/OLMo-2-1124-7B-Instruct' }), '49.9'),
      halves('llama_3_1_8b', made('hq', 'beyondweb', { model: 'meta-llama/Llama-3.1-8B-Instruct' }), '49.2'),
      halves('phi_4_14b', made('hq', 'beyondweb', { model: 'microsoft/phi-4' }), '49.0'),
      halves('mistral_7b', made('hq', 'beyondweb', { model: 'mistralai/Mistral-7B-Instruct-v0.3' }), '48.9'),
    ],
  },
  {
    name: 'rq7', question: 'How large must the rewriter be?', budget: 20e9, notes: [STUDENT, SAME_DOCUMENTS, HALVES],
    arms: [
      halves('llama_3_2_1b', made('hq', 'beyondweb', { model: 'meta-llama/Llama-3.2-1B-Instruct' }), '47.3'),
      halves('llama_3_2_3b', made('hq', 'beyondweb', { model: 'meta-llama/Llama-3.2-3B-Instruct' }), '48.8'),
      halves('llama_3_1_8b', made('hq', 'beyondweb', { model: 'meta-llama/Llama-3.1-8B-Instruct' }), '49.2'),
    ],
  },
  {
    name: 'headline', question: 'How do the published data sets compare?', budget: 180e9,
    notes: [
      '60 % real, 40 % synthetic, as the blog says of these runs (RPJ and the published sets); qa_wrap keeps 50 % RPJ',
      'reported: 1B student over 1T tokens, 3B and 8B over 180B; none for qa_wrap', QA_WRAP,
      'beyondweb has pages of high quality (of DCLM there) as its real part and rewrites those',
      'Cosmopedia-v2 (27B) is repeated where it is too short; Nemotron-Synth is drawn with the shares of its subsets kept',
    ],
    arms: [
      { name: 'rpj', sources: [real('rpj')], reported: '50.7 53.5 56.6' },
      headline('cosmopedia', 'rpj', made('rpj', 'cosmopedia'), '52.2 55.8 58.6'),
      halves('qa_wrap', qaWrap('rpj'), null),
      headline('nemotron_synth', 'rpj', nemotronSynth, '54.3 58.8 61.1'),
      headline('beyondweb', 'hq', made('hq', 'beyondweb'), '57.4 60.8 63.7'),
    ],
  },
]
