import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** One short line to the person who waits. Never to stdout: that may be somebody's JSON. */
export function say(line) {
  process.stderr.write(`setup: ${line}\n`)
}

/** The path of the first program of that name on the PATH that may be executed, or undefined. */
export function findProgram(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

/** Whether `path` is a file that we may execute. */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Runs a program to its end. Its output is both of its streams, as they came; `ok` is exit code 0. Never rejects. */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
      })
    }
    child.once('error', (error) => resolve({ ok: false, output: error.message }))
    child.once('close', (code, signal) => {
      if (signal !== null) output += `\nended by ${signal}`
      resolve({ ok: code === 0, output })
    })
  })
}

/** `run` for what takes its time: says every 10 s that it still does, and shows the output only if it failed. */
export async function runLong(what, program, args, options = {}) {
  const begun = performance.now()
  const seconds = () => Math.round((performance.now() - begun) / 1000)
  say(`${what} …`)
  const reminder = setInterval(() => say(`${what} … (${seconds()} s)`), 10_000)
  try {
    const result = await run(program, args, options)
    if (!result.ok) process.stderr.write(`${result.output.trimEnd()}\n`)
    return result
  } finally {
    clearInterval(reminder)
  }
}
