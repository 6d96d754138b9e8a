#!/usr/bin/env node
import { main } from '../dist/cli/bench-command.js'

process.exitCode = await main(process.argv)
