import { writesWithoutBlanks, type Language } from './language.ts'

/** Comparable units of `text`: words of four letters and more, or pairs of characters where no blanks are written. */
export function termsOf(text: string, language: Language): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  if (!writesWithoutBlanks(language)) {
    const least = language === 'ko' || language === 'ar' ? 2 : 4
    return words.filter((word) => word.length >= least)
  }
  return words.flatMap((word) => (/^[\p{sc=Latin}\p{N}]+$/u.test(word) ? [word] : pairs(word)))
}

function pairs(word: string): string[] {
  const chars = Array.from(word)
  return chars.length < 2 ? [] : chars.slice(1).map((char, i) => `${chars[i]}${char}`)
}

/** A word, name or number that a question can ask for. */
export interface KeyTerm {
  readonly text: string
  readonly kind: 'number' | 'name' | 'word'
}

const NUMBER = /(?<![\p{L}\p{N}.])\p{N}+(?:[.,:]\p{N}+)*\s?%?(?![\p{L}\p{N}])/gu
const NAME =
  /(?<=[\p{L}\p{M}\p{N},;)”"]\s)\p{Lu}[\p{L}\p{M}\p{N}'’-]+(?:\s\p{Lu}[\p{L}\p{M}\p{N}'’-]+){0,3}(?![\p{L}\p{N}]|\.\p{L})/gu
const NAME_IN_CJK =
  /[A-Z][A-Z0-9.+-]*[A-Z0-9](?: [A-Z][A-Z0-9.+-]*[A-Z0-9]){0,3}|\p{sc=Katakana}[\p{sc=Katakana}ー]{2,}/giu
const WORD = /(?<![\p{L}\p{M}])[\p{Ll}\p{Lo}\p{M}]{6,24}(?![\p{L}\p{M}])/gu
const WORD_SHORT = /(?<![\p{L}\p{M}])\p{Lo}[\p{Lo}\p{M}]{3,14}(?![\p{L}\p{M}])/gu
/** Frequent words that no question should ask for, in the languages where length does not tell them apart. */
const PLAIN = new Set(
  `should through because between before during without within another however people things something example different
  several already always really could would number important whether around against itself themselves yourself
  可以 一个 这里 部分 包括 我们 你们 他们 它们 这个 那个 因为 所以 如果 但是 或者 以及 什么 没有 不是 就是 进行 使用 应该 需要 通过
  其中 这些 那些 一些 已经 可能 不同 同样 这样 自己 一下 例如 并且 而且 由于 对于 关于 之后 之前 一种 這個 這裡 這些 我們 您的 應該
  以下 場合 必要 場所 方法 것입니다 있습니다 합니다 됩니다 없습니다 그리고 하지만 때문에 수있는 대해서 통해서 위해서 가능한 생성하는
  التي الذي الذين هذه هذا ذلك تلك والتي والذي بشكل كيفية كيفيّة باستخدام عندما حيث يمكنك يمكن معرفة أيضًا عليك مثل بعض جميع
  allons toutes cette notre autres comme depuis encore durant werden wurden können diesem dieser zwischen pueden estos
  которые который которая поскольку чтобы также может можно является этого`.split(/\s+/),
)
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })

/** What in `sentence` could be left out and asked for, the most telling first. */
export function keyTermsOf(sentence: string, language: Language): KeyTerm[] {
  const dense = writesWithoutBlanks(language)
  const names = all(sentence, dense || language === 'ko' ? NAME_IN_CJK : NAME).filter((name) => name.length > 2)
  const numbers = all(sentence, NUMBER).filter((number) => /\p{N}\p{N}|%/u.test(number))
  const found: KeyTerm[] = [
    ...names.map((text): KeyTerm => ({ text, kind: 'name' })),
    ...numbers.map((text): KeyTerm => ({ text, kind: 'number' })),
    ...words(sentence, language).map((text): KeyTerm => ({ text, kind: 'word' })),
  ]
  const seen = new Set<string>()
  return found.filter(({ text }) => !PLAIN.has(text) && !seen.has(text) && seen.add(text))
}

function words(sentence: string, language: Language): string[] {
  if (!writesWithoutBlanks(language)) return all(sentence, language === 'ko' || language === 'ar' ? WORD_SHORT : WORD)
  return Array.from(segmenter.segment(sentence))
    .filter(({ segment, isWordLike }) => isWordLike && /^\p{sc=Han}{2,}$/u.test(segment))
    .map(({ segment }) => segment)
}

function all(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), (match) => match[0].trim())
}
