/** Numbers and tables of the benches. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const precise = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

/** null where one of them is not known. */
export function median(numbers) {
  if (numbers.includes(null)) return null
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** `12,345`, `81.2`, `0.038`; `-` where there is none. */
export function number(value) {
  if (value === undefined || value === null) return '-'
  return value >= 100 ? whole.format(value) : precise.format(value)
}

/** Columns padded: the first and the last to the left, the others to the right. */
export function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) => row.map((cell, i) => (i === 0 || i === row.length - 1 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ').trimEnd()).join('\n')
}
