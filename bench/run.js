/** `npm run bench` lists the benches, `npm run bench -- NAME [options]` runs one. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const benches = {
  pipeline: 'the whole main job against a canned server, beside a bare undici loop',
  memory: 'peak memory of the main job at 1x and 10x the input',
  kills: 'kill -9 at random moments of one run, and what it cost',
  'canned-server': 'the canned server alone, to point other programs at',
}

const [name, ...args] = process.argv.slice(2)
if (!Object.hasOwn(benches, name ?? '')) {
  if (name !== undefined && name !== '--help') process.stderr.write(`no bench is named ${name}\n\n`)
  const width = Math.max(...Object.keys(benches).map((each) => each.length))
  const list = Object.entries(benches).map(([each, help]) => `  ${each.padEnd(width)}  ${help}`)
  process.stdout.write(`npm run bench -- NAME [options]\n\n${list.join('\n')}\n\nWhat they measure and the last figures: bench/README.md\n`)
  process.exitCode = name === undefined || name === '--help' ? 0 : 2
} else {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`${name}.js`, import.meta.url)), ...args], { stdio: 'inherit' })
  child.on('exit', (code, signal) => (process.exitCode = signal ? 1 : code))
}
