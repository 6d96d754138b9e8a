/** `node bench/simulated/server.js --help` explains. */
import { once } from 'node:events'
import { createControlServer } from './control-server.js'
import { helpText, readOptions } from './options.js'
import { SimulatedServer } from './simulated-server.js'

/** @param {import('./options.js').Options} options */
async function run(options) {
  const server = new SimulatedServer(options)
  await server.become('up')
  const control = createControlServer(server).listen(options.controlPort, options.host)
  await once(control, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (control.address())
  process.stdout.write(`${JSON.stringify({ url: server.url, control: `http://${options.host}:${port}`, pid: process.pid })}\n`)
  const end = () => process.exit(0)
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  process.stdin.resume().on('end', end).on('error', end)
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(helpText())
  else await run(options)
} catch (error) {
  process.stderr.write(`simulated: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 2
}
