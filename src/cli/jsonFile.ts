/** JSON that a command is given. */
import { readFileSync } from 'node:fs'
import { exitCodes, Failure } from './failure.js'

/** The content of `--file`; `-` is standard input. @throws Failure where there is none, or it is no JSON. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'))
  } catch (error) {
    throw new Failure(`--file ${file}: ${error instanceof Error ? error.message : String(error)}`, exitCodes.invalid)
  }
}
