/** Numbers and times as people read them. */

const plain = new Intl.NumberFormat('en')
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })

/** `12,345` */
export function whole(n: number): string {
  return plain.format(Math.round(n))
}

/** `12.3K`, `1.2M` */
export function short(n: number): string {
  return compact.format(n)
}

/** `0:42`, `12:05`, `3:12:05` */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  const parts = s >= 3600 ? [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60] : [Math.floor(s / 60), s % 60]
  return parts.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}

/** `3 parts`, `1 part` */
export function plural(n: number, noun: string): string {
  return `${whole(n)} ${noun}${n === 1 ? '' : 's'}`
}

/** `12 dropped (duplicate 7, too_short 5)`, most frequent first; empty when there are none. */
export function reasons(verb: string, counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a)
  if (entries.length === 0) return ''
  const sum = entries.reduce((total, [, n]) => total + n, 0)
  return `${whole(sum)} ${verb} (${entries.map(([reason, n]) => `${reason} ${whole(n)}`).join(', ')})`
}
