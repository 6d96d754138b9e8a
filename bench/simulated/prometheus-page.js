/** Prometheus text, format 0.0.4. */
export class Page {
  text = ''
  #labels
  #number

  /**
   * @param {Record<string, string>} labels of every line
   * @param {(value: number) => string} number
   */
  constructor(labels, number = pythonNumber) {
    this.#labels = labels
    this.#number = number
  }

  /** @param {string} name @param {string} help @param {number} value */
  gauge(name, help, value) {
    this.head(name, 'gauge', help)
    this.line(name, value)
  }

  /** @param {string} name without the _total that Python's client adds @param {string} help @param {number} value */
  counter(name, help, value) {
    this.head(`${name}_total`, 'counter', help)
    this.line(`${name}_total`, value)
  }

  /** @param {string} name @param {string} help @param {import('./latencies.js').Histogram} histogram */
  histogram(name, help, { bounds, cumulative, sum, count }) {
    this.head(name, 'histogram', help)
    for (const [i, bound] of bounds.entries()) this.line(`${name}_bucket`, cumulative[i] ?? 0, { le: pythonNumber(bound) })
    this.line(`${name}_bucket`, count, { le: '+Inf' })
    this.line(`${name}_count`, count)
    this.line(`${name}_sum`, sum)
  }

  /** @param {string} name @param {string} type @param {string} help */
  head(name, type, help) {
    this.text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
  }

  /** @param {string} name @param {number} value @param {Record<string, string>} [labels] */
  line(name, value, labels = {}) {
    // Python's client sorts labels by name.
    const all = Object.entries({ ...this.#labels, ...labels }).sort(([a], [b]) => (a < b ? -1 : 1))
    const text = all.map(([label, said]) => `${label}="${said.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`).join(',')
    this.text += `${name}${text && `{${text}}`} ${this.#number(value)}\n`
  }
}

/** As Python's Prometheus client writes numbers: 3.0, 8.128902e+06, 9.75e-06. @param {number} value */
function pythonNumber(value) {
  const size = Math.abs(value)
  if (size >= 1e6 || (size > 0 && size < 1e-4)) {
    const [digits, exponent = '+0'] = value.toExponential().split('e')
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}
