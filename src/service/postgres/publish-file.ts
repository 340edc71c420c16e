import { randomBytes } from 'node:crypto'
import { link, open, readFile, rm } from 'node:fs/promises'
import { errorCode } from './unavailable.js'

/**
 * Makes `path` with `text` unless it exists, whole or not at all, also when two processes try at once or one is killed.
 * Returns what the file holds: `text`, or what was there first.
 */
export async function publishFile(path: string, text: string, mode: number): Promise<string> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`
  try {
    const file = await open(draft, 'wx', mode)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(draft, path)
    return text
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    return await readFile(path, 'utf8')
  } finally {
    await rm(draft, { force: true })
  }
}
