#!/usr/bin/env node
import { main } from '../dist/cli/stream-command.js'

process.exitCode = await main(process.argv)
