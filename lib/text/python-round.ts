/**
 * Python's `round(x)`: to the nearest integer, of two equally near ones to the even one (`2.5` is 2, `3.5` is 4). Never
 * -0. NaN and the infinities, for which Python raises, stay what they are: what a missing score means is the caller's.
 */
export function pythonRound(x: number): number {
  if (!Number.isFinite(x)) return x
  const whole = Math.trunc(x)
  // Exact: the two have the same sign, and at most the binary digits of `x`.
  const part = Math.abs(x - whole)
  const up = part > 0.5 || (part === 0.5 && whole % 2 !== 0)
  return (up ? whole + Math.sign(x) : whole) + 0
}

/**
 * FineWeb-Edu's `int_score` of a `score`: clamped to 0 and 5, then rounded as Python does (the model card of
 * HuggingFaceFW/fineweb-edu-classifier). NaN for NaN.
 */
export function eduIntScore(score: number): number {
  return pythonRound(Math.min(Math.max(score, 0), 5))
}
