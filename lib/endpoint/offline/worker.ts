import type { AddressInfo } from 'node:net'
import { parentPort } from 'node:worker_threads'
import { createOfflineServer } from './server.ts'

/**
 * Runs in a worker thread, so that rewriting never holds the event loop that streams. Says its port once it listens,
 * and ends when it is told anything.
 */
const server = createOfflineServer()
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port))
parentPort?.once('message', () => {
  server.close()
  server.closeAllConnections()
})
