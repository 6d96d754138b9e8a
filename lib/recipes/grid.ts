import { draw } from './draw.ts'

/**
 * The cell of a grid that the row `row` gets, an index into each side. Rows 0 to n - 1, n the number of cells, get every cell
 * once, and so do the next n, in another order of the sides' values: an order drawn from `parts` in which neighbours differ.
 */
export function gridCell(sides: readonly number[], row: number, parts: readonly (string | number)[]): number[] {
  const cells = sides.reduce((product, side) => product * side, 1)
  const round = [...parts, Math.floor(row / cells)]
  // Steps of a size that shares no divisor with the number of cells come to each once.
  let stride = 1 + draw([...round, 'stride'], cells)
  while (divisor(stride, cells) !== 1) stride++
  // Both are below 2 ** 53 in any grid that a recipe can hold: stride < 2 * cells.
  let cell = ((row % cells) * (stride % cells) + draw([...round, 'start'], cells)) % cells
  return sides.map((side) => {
    const index = cell % side
    cell = Math.floor(cell / side)
    return index
  })
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
