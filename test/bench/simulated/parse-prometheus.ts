export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Strict: a line that is not of the text format 0.0.4, or comes without its TYPE, is an error. */
export function parsePrometheus(text: string): Sample[] {
  const types = new Map<string, string>()
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  return text.slice(0, -1).split('\n').flatMap((line) => {
    const head = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line)
    if (head) {
      if (head[1] === 'TYPE') types.set(head[2]!, head[3]!)
      return []
    }
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$/.exec(line)
    if (!sample) throw new Error(`no sample: ${line}`)
    const [, name = '', list = '', number = ''] = sample
    if (!types.has(name) && types.get(name.replace(/_(bucket|sum|count)$/, '')) !== 'histogram') throw new Error(`${name} has no type`)
    const value = Number(number)
    if (Number.isNaN(value)) throw new Error(`no number: ${line}`)
    const labels = [...list.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, said]) => [label, said!.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c))])
    return [{ name, labels: Object.fromEntries(labels), value }]
  })
}
