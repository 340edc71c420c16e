// A thread that reads segments: files and their hashes cost half of what a fast cut does, and may wait for a slow disk.
// Plain JavaScript, so that a thread can run it in a checkout as well as in a build.
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'

parentPort?.on('message', ({ id, paths, hashed, atMost }) => {
  const answers = paths.map((path) => {
    try {
      const bytes = read(path, atMost)
      return { bytes, hash: hashed ? createHash('sha256').update(bytes).digest('base64url') : undefined }
    } catch (error) {
      return { failure: { message: error.message, code: error.code } }
    }
  })
  const given = answers.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes.buffer]))
  parentPort.postMessage({ id, answers }, given)
})

function read(path, atMost) {
  const file = openSync(path)
  try {
    const size = fstatSync(file).size
    // of its own, so that it can be given away
    const bytes = Buffer.allocUnsafeSlow(atMost === undefined ? size : Math.min(size, atMost))
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
