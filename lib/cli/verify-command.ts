import { ConfigInvalidError } from '../errors.ts'
import type { Proof, Verdict } from '../run/verify.ts'
import type { Violation } from '../run/violations.ts'
import { newCommand, report, type Command } from './command.ts'
import { plural, whole } from './format.ts'

const progressEveryMs = 10_000
const namedByDefault = 50

/** Run `verify.js` with this process's arguments. @returns the exit code: 0 proven, 1 not, 2 bad usage or no output folder */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const command = makeCommand()
    command.parse([...argv])
    const [folder, ...more] = command.args
    if (folder === undefined || more.length > 0) throw new ConfigInvalidError(['expected one output folder'])
    const { json = false, quiet = false, stateDir = null, violations } = command.opts()
    const most = violations === undefined ? namedByDefault : Number(violations)
    if (!Number.isInteger(most) || most < 1) throw new ConfigInvalidError([`--violations: expected a whole number from 1, got ${violations}`])
    const { verify } = await import('../run/verify.ts')
    const verdict = await verify(folder, { stateDir, most, onPart: progress(quiet) })
    if (json) process.stdout.write(`${JSON.stringify(verdict)}\n`)
    else if (!quiet || verdict.status !== 'proven') process.stdout.write(`${verdictLines(verdict).join('\n')}\n`)
    return verdict.status === 'proven' ? 0 : 1
  } catch (error) {
    return report(error)
  }
}

/** What a person reads: the proof, line by line, or everything that speaks against it. */
export function verdictLines({ status, run, advice, proof, violations, violations_total: all }: Verdict): string[] {
  if (status === 'unfinished') return [`unfinished: ${advice}`]
  if (status === 'proven') return [`proven: run ${run}`, ...proofLines(proof!)]
  const more = all - violations.length
  return [
    `broken: ${plural(all, 'violation')} in run ${run}`,
    ...violations.map(violationLine),
    ...(more > 0 ? [`  and ${whole(more)} more (--violations N names more of them)`] : []),
  ]
}

function proofLines({ parts, rejected_parts: rejected, seeds, requests, ids, tokens_kept: tokens }: Proof): string[] {
  const asked = requests.asked_on > 0 ? ` + ${whole(requests.asked_on)} asked on` : ''
  return [
    `  parts     ${whole(parts)}, and ${whole(rejected)} of rejects, each with the same columns; every row as the ledger has it; _SUCCESS is there`,
    `  seeds     ${whole(seeds.received)} received = ${whole(seeds.kept)} kept + ${whole(seeds.dropped)} dropped + ${whole(seeds.failed)} failed`,
    `  requests  ${whole(requests.planned)} planned = ${whole(requests.written)} written + ${whole(requests.dropped)} dropped + ${whole(requests.failed)} failed${asked}`,
    `  ids       ${whole(ids)}, each with one end`,
    `  tokens    ${whole(tokens)} kept`,
    '  summary   every number in it is what the run ended with and what the files hold',
  ]
}

function violationLine({ part, row, what }: Violation): string {
  return `  ${[part, row, what].filter((piece) => piece !== null).join(': ')}`
}

function progress(quiet: boolean): (done: number, all: number) => void {
  let last = performance.now()
  return (done, all) => {
    if (quiet || performance.now() - last < progressEveryMs) return
    last = performance.now()
    process.stderr.write(`${whole(done)} of ${plural(all, 'part')}\n`)
  }
}

function makeCommand(): Command {
  return newCommand(
    'verify.js',
    '[options] <output folder>',
    'Prove that an output folder holds what its run committed: nothing lost, nothing doubled, nothing changed.',
  )
    .argument('[folder...]', 'the output folder')
    .option('--state-dir <DIR>', 'where the state of the run is (default: where the run left it)')
    .option('--violations <N>', `name up to so many violations, count the rest (default: ${namedByDefault})`)
    .option('--json', 'print the verdict as JSON on stdout')
    .option('--quiet', 'print nothing but violations and errors')
    .addHelpText('after', notes)
}

const notes = `
Re-reads every part and holds it against the ledger, which got a note of every row right after its part was in place, and
both against summary.json. Reads only; takes 2 bytes of memory an output, and 2 bits a seed. A run is not proven while it
is at work, or was interrupted: run its command again first. Arrow on stdout (-) leaves nothing to verify.

Exit codes: 0 proven, 1 broken or unfinished, 2 bad usage or no output folder.`
