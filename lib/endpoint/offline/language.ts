/** Languages that the rewriters have phrases for. */
export type Language = 'en' | 'fr' | 'de' | 'es' | 'ru' | 'zh' | 'ja' | 'ko' | 'ar'

/** Enough to tell scripts and a few languages apart; more would only cost time. */
const LOOK = 6000
/** Very frequent words that the others do not have. */
const COMMON: Readonly<Record<'en' | 'fr' | 'de' | 'es', RegExp>> = {
  en: /\b(?:the|and|of|is|that|with|this|are)\b/gi,
  fr: /\b(?:les|des|est|une|dans|pour|vous|sur)\b/gi,
  de: /\b(?:der|die|und|ist|nicht|das|ein|mit)\b/gi,
  es: /\b(?:los|las|del|una|por|para|con|el)\b/gi,
}

/** The language of `text` as far as its script and commonest words show it; English where they show nothing. */
export function languageOf(text: string): Language {
  const sample = text.slice(0, LOOK)
  const letters = Math.max(1, times(sample, /\p{L}/gu))
  const share = (script: RegExp) => times(sample, script) / letters
  // A technical page in Chinese or Japanese is full of Latin names, so a fifth of the letters decides.
  if (share(/[\p{sc=Hiragana}\p{sc=Katakana}]/gu) > 0.1) return 'ja'
  if (share(/\p{sc=Han}/gu) > 0.2) return 'zh'
  if (share(/\p{sc=Hangul}/gu) > 0.2) return 'ko'
  if (share(/\p{sc=Arabic}/gu) > 0.2) return 'ar'
  if (share(/\p{sc=Cyrillic}/gu) > 0.2) return 'ru'
  let best: Language = 'en'
  let most = times(sample, COMMON.en)
  for (const language of ['fr', 'de', 'es'] as const) {
    const n = times(sample, COMMON[language])
    if (n > most) [best, most] = [language, n]
  }
  return best
}

/** Scripts that put no blank between words. */
export function writesWithoutBlanks(language: Language): boolean {
  return language === 'zh' || language === 'ja'
}

function times(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
