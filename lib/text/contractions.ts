/**
 * English words that do not split by the general rules: contractions that split inside (`don't` = do + n't), and
 * abbreviations and emoticons that must not. The set is that of spaCy 3.8's English tokenizer
 * (spacy/lang/en/tokenizer_exceptions.py and spacy/lang/tokenizer_exceptions.py), made from its patterns.
 */

/** Written with `|` where the word splits. */
const patterns: readonly string[] = [
  ...cross(['i'], ["|'m", '|m', "|'m|a", '|m|a']),
  ...cross(['i', 'you', 'he', 'she', 'it', 'we', 'they'], will()),
  ...cross(['i', 'you', 'we', 'they'], ["|'ve", '|ve']),
  ...cross(['you', 'we', 'they'], ["|'re", '|re']),
  ...cross(['he', 'she', 'it'], ["|'s", '|s']),
  ...cross(words('who what when where why how there'), [...will(), "|'s", '|s', "|'re", '|re', "|'ve", '|ve']),
  ...cross(['that', 'this'], [...will(), "|'s", '|s']),
  ...cross(['these', 'those'], [...will(), "|'re", '|re', "|'ve", '|ve']),
  ...cross(
    words('ca could do does did had may might must need ought sha should wo would'),
    ["|n't", '|nt', "|n't|'ve", '|nt|ve'],
  ),
  ...cross(words('could might must should would'), ["|'ve", '|ve']),
  ...cross(words('ai are is was were have has dare'), ["|n't", '|nt']),
  ...cross(words('doin goin nothin nuthin ol somethin lovin havin'), ['', "'"]),
  ...words("em ll nuff 'em 'll 'nuff"),
  ...Array.from({ length: 12 }, (_, hour) => ['a.m.', 'am', 'p.m.', 'pm'].map((half) => `${hour + 1}|${half}`)).flat(),
  ...words("y'|all y|all how|'d|'y How|'d|'y gon|na Gon|na got|ta Got|ta let|'s Let|'s c'm|on C'm|on can|not Can|not"),
  ...cross(['not'], ["|'ve", '|ve']),
  ...words("'S 's ‘S ‘s and/or w/o 're 'd 'Cause 'cause 'cos 'Cos 'coz 'Coz 'cuz 'Cuz 'bout ma'am"),
  ...words("Ma'am o'clock O'clock"),
  ...words('Mt. Ak. Ala. Apr. Ariz. Ark. Aug. Calif. Colo. Conn. Dec. Del. Feb. Fla. Ga. Ia. Id. Ill. Ind. Jan. Jul.'),
  ...words('Jun. Kan. Kans. Ky. La. Mar. Mass. Mich. Minn. Miss. N.C. N.D. N.H. N.J. N.M. N.Y. Neb. Nebr. Nev. Nov.'),
  ...words('Oct. Okla. Ore. Pa. S.C. Sep. Sept. Tenn. Va. Wash. Wis. a.m. p.m. Adm. Bros. co. Co. Corp. D.C. Dr. e.g.'),
  ...words('E.g. E.G. Gen. Gov. i.e. I.e. I.E. Inc. Jr. Ltd. Md. Messrs. Mo. Mont. Mr. Mrs. Ms. Ph.D. Prof. Rep. Rev.'),
  ...words("Sen. St. vs. v.s. ' '' C++ \\t \\n <space> \\\")"),
  ...Array.from('abcdefghijklmnopqrstuvwxyzäöü', (letter) => `${letter}.`),
  ...words(':) :-) :)) :-)) :))) :-))) (: (-: =) (= :] :-] [: [-: [= =] :o) (o: :} :-} 8) 8-) (-8'),
  ...words(';) ;-) (; (-; :( :-('),
  ...words(":(( :-(( :((( :-((( ): )-: =( >:( :') :'-) :'( :'-( :/ :-/ =/ ]= =[ :1 :P :-P :p :-p :O"),
  ...words(":-O :o :-o :0 :-0 :()"),
  ...words('>:o :* :-* :3 :-3 =3 :> :-> :X :-X :x :-x :D :-D ;D ;-D =D xD XD xDD XDD 8D 8-D ^_^'),
  ...words('^__^ ^___^ >.< >.> <.<'),
  ...words('._. ;_; -_- -__- v.v V.V v_v V_V o_o o_O O_o O_O 0_o o_0 0_0 o.O O.o O.O o.o 0.0 o.0'),
  ...words('0.o @_@ <3 <33 <333 </3'),
  ...words('(^_^) (-_-) (._.) (>_<) (*_*) (¬_¬) ಠ_ಠ ಠ︵ಠ (ಠ_ಠ) ¯\\(ツ)/¯ (╯°□°）╯︵┻━┻ ><(((*>'),
  ...Array.from('cfkCFK', (unit) => `°|${unit}|.`),
]

/** Words that the patterns make but that are words of their own. */
const ordinary = new Set(words('Ill ill Its its Hell hell Shell shell Shed shed were Were Well well Whore whore'))

/** Whole words that split in a way of their own: the word, and the lengths of its pieces in UTF-16 units. */
export const contractions: ReadonlyMap<string, readonly number[]> = collect()

function collect(): Map<string, readonly number[]> {
  const found = new Map<string, readonly number[]>([
    // These three hold a bar themselves.
    [':|', [2]],
    [':-|', [3]],
    ['=|', [2]],
  ])
  for (const pattern of patterns) {
    const pieces = pattern.split('|')
    const word = pieces.join('')
    if (ordinary.has(word)) continue
    const lengths = pieces.map((piece) => piece.length)
    found.set(word, lengths)
    if (word.includes("'")) found.set(word.replaceAll("'", '’'), lengths)
  }
  return found
}

/** Each stem, in lower case and capitalised, with each ending. */
function cross(stems: readonly string[], endings: readonly string[]): string[] {
  return stems
    .flatMap((stem) => [stem, stem.charAt(0).toUpperCase() + stem.slice(1)])
    .flatMap((stem) => endings.map((ending) => stem + ending))
}

function will(): string[] {
  return ["|'ll", '|ll', "|'ll|'ve", '|ll|ve', "|'d", '|d', "|'d|'ve", '|d|ve']
}

function words(list: string): string[] {
  return list.split(' ')
}
