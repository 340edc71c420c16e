#!/usr/bin/env node
// The program `reelstate`. In a checkout it runs the TypeScript as it is; in a build main.js is beside it.
import { existsSync } from 'node:fs'

const inCheckout = existsSync(new URL('main.ts', import.meta.url))

if (inCheckout && !existsSync(new URL('../../node_modules/tsx/package.json', import.meta.url))) {
  process.stderr.write('reelstate: dependencies are not installed. Run: npm run setup\n')
  process.exitCode = 1
} else {
  if (inCheckout) (await import('tsx/esm/api')).register()
  await import(inCheckout ? './main.ts' : './main.js')
}
