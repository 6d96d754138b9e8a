#!/usr/bin/env node
import { existsSync } from 'node:fs'

if (existsSync(new URL('../dist/', import.meta.url))) {
  const { main } = await import('../dist/cli/verify-command.js')
  process.exitCode = await main(process.argv)
} else {
  process.stderr.write('error: not built yet: run npm install first\n')
  process.exitCode = 1
}
