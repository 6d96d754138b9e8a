/** The 24 formats of web pages that WebOrganizer tells apart (Wettig et al. 2025, arXiv 2502.10341), in its order. */
export const webFormats: readonly string[] = [
  'Academic Writing', 'Content Listing', 'Creative Writing', 'Customer Support Page',
  'Discussion Forum / Comment Section', 'FAQs', 'Incomplete Content', 'Knowledge Article', 'Legal Notices', 'Listicle',
  'News Article', 'Nonfiction Writing', 'Organizational About Page', 'Organizational Announcement',
  'Personal About Page', 'Personal Blog', 'Product Page', 'Q&A Forum', 'Spam / Ads', 'Structured Data',
  'Technical Writing', 'Transcript / Interview', 'Tutorial / How-To Guide', 'User Reviews',
]

/** Pages that are a conversation or lend themselves to one: BeyondWeb's Audio Transcript, Customer Support, FAQ, Q&A Forum. */
export const conversationalFormats: readonly string[] = [
  'Transcript / Interview', 'Customer Support Page', 'FAQs', 'Q&A Forum',
]

/** Short names that the classifiers' `id2label` and other data sets write, each with the place of its format. */
const shortNames: Readonly<Record<string, number>> = {
  'Customer Support': 3, 'Discussion Forum': 4, 'Comment Section': 4, FAQ: 5, Truncated: 6, 'About (Org.)': 12,
  'News (Org.)': 13, 'About (Pers.)': 14, 'About (Personal)': 14, 'Q and A Forum': 17, Spam: 18, Ads: 18,
  Documentation: 20, 'Audio Transcript': 21, Transcript: 21, Interview: 21, Tutorial: 22, 'How-To Guide': 22,
}

const places = new Map([
  ...webFormats.map((format, place) => [plain(format), place] as const),
  ...Object.entries(shortNames).map(([name, place]) => [plain(name), place] as const),
])

/**
 * The format that `label` means, in WebOrganizer's own words, or null where it means none. Understands the full and the
 * classifiers' short names, whatever their case, blanks and punctuation, singular or plural; the place from 0 on, bare
 * or as `LABEL_3`; and the letter from A to X by which a language model answers.
 */
export function canonicalFormat(label: string): string | null {
  const [, number] = /^(?:label[\s_-]?)?(\d{1,2})$/i.exec(label.trim()) ?? []
  if (number !== undefined) return webFormats[Number(number)] ?? null
  const key = plain(label)
  if (/^[a-z]$/.test(key)) return webFormats[key.charCodeAt(0) - 97] ?? null
  const place = places.get(key)
  return place === undefined ? null : webFormats[place]!
}

/** Letters only, in lower case, without the `s` of a plural. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}]/gu, '').replace(/(?<=.)s$/, '')
}
