// A thread that reads segments: files and their hashes cost half of what a fast cut does, and may wait for a slow disk.
// Plain JavaScript, so that a thread can run it in a checkout as well as in a build.
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'

parentPort?.on('message', ({ id, path, hashed }) => {
  try {
    const bytes = readWhole(path)
    const hash = hashed ? createHash('sha256').update(bytes).digest('base64url') : undefined
    parentPort.postMessage({ id, bytes, hash }, [bytes.buffer])
  } catch (error) {
    parentPort.postMessage({ id, failure: { message: error.message, code: error.code } })
  }
})

function readWhole(path) {
  const file = openSync(path)
  try {
    const bytes = new Uint8Array(fstatSync(file).size)
    let filled = 0
    while (filled < bytes.length) {
      const count = readSync(file, bytes, filled, bytes.length - filled)
      if (count === 0) break
      filled += count
    }
    return bytes.subarray(0, filled)
  } finally {
    closeSync(file)
  }
}
