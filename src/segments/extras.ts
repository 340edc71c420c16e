/** Files that belong to a recording and are none of it: they lie in folders of their own beside the channels. */
import { type Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isSafeName } from './path.js'
import { isGone } from './store.js'

/** Thrown where a folder has more than anybody would list at once. */
export class TooManyFiles extends Error {
  override readonly name = 'TooManyFiles'
}

const MOST_FILES = 20_000
const DEEPEST = 32

/** The files below `folder`, none hidden, in order; relative to it. Links are left out: they may lead anywhere. */
export async function filesBelow(root: string, folder: string): Promise<string[]> {
  if (!isSafeName(folder)) return []
  const files: string[] = []
  const waiting: string[][] = [[]]
  for (let parts = waiting.pop(); parts !== undefined; parts = waiting.pop()) {
    for (const entry of await entriesOf(join(root, folder, ...parts))) {
      const path = [...parts, entry.name]
      if (!isSafeName(entry.name)) continue
      if (entry.isDirectory() && path.length < DEEPEST) waiting.push(path)
      else if (entry.isFile()) files.push(path.join('/'))
      if (files.length + waiting.length > MOST_FILES)
        throw new TooManyFiles(`more than ${MOST_FILES} files; allowed is a folder of fewer`)
    }
  }
  return files.sort()
}

async function entriesOf(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}
