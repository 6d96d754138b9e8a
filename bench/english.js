/**
 * Text that reads like plain English prose, from a seeded grammar: it passes the Gopher quality and repetition rules
 * as honest documents do, no two documents are alike, and the same seed gives the same text on every machine.
 */

const nouns = (
  'river harbour valley engine committee village library teacher farmer market bridge winter archive doctor garden ' +
  'signal mountain factory student island lantern language treaty museum orchard railway captain furnace measure ' +
  'harvest merchant kitchen theory compass painter forest ledger machine council journey weather station neighbour ' +
  'mirror chapter letter question pattern meadow workshop quarry timber shepherd village coastline method principle ' +
  'surface current balance audience apprentice cathedral observatory laboratory newspaper experiment instrument ' +
  'territory household government settlement regiment parliament century generation proportion temperature landscape ' +
  'argument boundary catalogue ceremony climate colony companion container correspondence craft custom debate decade ' +
  'delegate device dialect discovery district drawing economy edition electricity element employer enterprise estate ' +
  'evidence expedition explanation fabric festival fishery fortress foundation fragment frontier gallery glacier grain ' +
  'guild habitat highway historian hospital hypothesis illness income industry inquiry institution invention inventory'
).split(' ')

const adjectives = (
  'early narrow patient northern quiet common ancient careful modest public distant local formal heavy steady private ' +
  'curious broad gentle severe fragile durable ordinary southern bitter cautious central chemical civic coarse coastal ' +
  'complete complex crowded daily deliberate dense detailed domestic double eastern elaborate empty entire exact famous ' +
  'fertile final foreign former fresh general golden gradual hidden hollow humble idle immense informal inner iron ' +
  'isolated joint junior large lasting later likely literal lonely loyal marginal mature mechanical medical mental ' +
  'minor mobile moderate musical mutual native natural neutral noble obscure official older optical organic outer partial'
).split(' ')

const verbs = (
  'described measured repaired carried examined built abandoned recorded replaced gathered explained defended crossed ' +
  'restored divided collected surveyed questioned followed admired printed borrowed painted ignored observed protected ' +
  'supplied translated visited weighed accepted adjusted announced arranged assembled avoided blamed calculated changed ' +
  'combined compared completed concealed confirmed connected considered copied corrected counted covered declared ' +
  'delayed delivered demanded demonstrated designed destroyed developed discussed displayed documented doubled drained ' +
  'emptied enlarged established estimated exchanged expanded explored exported financed finished forgave founded guided ' +
  'guarded halted handled heated hired imagined imported improved inherited inspected insulated introduced invented'
).split(' ')

const adverbs = (
  'slowly carefully rarely openly often quietly gradually eventually properly seldom largely partly promptly reluctantly ' +
  'repeatedly roughly separately sharply silently simply skilfully steadily strictly suddenly thoroughly together twice ' +
  'usually warmly widely wisely nearly mostly mainly locally loosely lightly kindly jointly inwardly honestly hastily'
).split(' ')

const names = (
  'Alder Bremen Carrow Dunmore Elstow Fenwick Garrick Halden Ives Jarrow Kelmscott Lindale Marlow Norwich Oakham Penrith ' +
  'Quantock Redcar Selby Thirsk Ulverston Ventnor Whitby Yarmouth Ashford Belford Corby Darley Ely Fowey Grimsby Harwich'
).split(' ')

const times = (
  'in spring|by autumn|after the war|within a decade|before noon|during the strike|at first|in later years|that summer|' +
  'over the winter|for a generation|since the flood|in the end|until recently|from then on|by common consent|on market days|' +
  'without much notice|to general surprise|under the new rules|against all advice|for lack of money|in plain terms|as a rule'
).split('|')

const joints = 'while|because|although|so that|and|but|until|whereas|since|before|after|unless'.split('|')

/** @type {Record<string, string[]>} */
const lists = { N: nouns, A: adjectives, V: verbs, D: adverbs, P: names, T: times }

/** N noun, A adjective, V verb, D adverb, P proper name, T time phrase; words in lower case stand as they are. */
const clauses = (
  'the A N V the N of P|a N from P D V the A N|N and N had V the N|the N that P V to the N|P V a A N with the N|' +
  'T the N of the A N V P|the A N was D V|every N near P V its own N|few of the N V any N T|P and P D V the N|' +
  'no A N could have V the N|the N of a N depends on the N|what the N V was a A N|T P V the A N of the N|' +
  'a N without a N is D V|both N and N were V T|the N D V more than one N|those who V the N called it a A N|' +
  'it was the N rather than the N that V P|most of the A N had D V|one A N in P V the whole N|to have V a N is to be a N'
).split('|').map((clause) => clause.split(' ').map((word) => lists[word] ?? word))

/** mulberry32: 32 bits of state, 0 inclusive to 1 exclusive. @param {number} seed */
export function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * One document of at least `chars` characters, ending with a sentence; paragraphs of four to eight sentences. A longer
 * one of the same seed starts with a shorter one's text.
 * @param {number} seed
 * @param {number} chars
 */
export function englishText(seed, chars) {
  const random = randomFrom(seed)
  /** @template T @param {readonly T[]} list */
  const pick = (list) => /** @type {T} */ (list[Math.floor(random() * list.length)])
  const clause = () => {
    let text = ''
    for (const word of pick(clauses)) text += `${text && ' '}${typeof word === 'string' ? word : pick(word)}`
    return text
  }
  let text = ''
  while (text.length < chars) {
    let paragraph = ''
    const sentences = 4 + Math.floor(random() * 5)
    for (let i = 0; i < sentences && text.length + paragraph.length < chars; i++) {
      let sentence = clause()
      if (random() < 0.6) sentence += `, ${pick(joints)} ${clause()}`
      if (random() < 0.15) sentence += ` (in ${1700 + Math.floor(random() * 320)})`
      paragraph += `${paragraph && ' '}${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`
    }
    text += `${text && '\n\n'}${paragraph}`
  }
  return text
}
