/** The JSON file that describes a publication to whoever finds it in the folder. */
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Publication, Shown } from '../backend.js'
import { isMissing, syncFolder } from './disk.js'
import type { WrittenFile } from './written.js'

export interface Description extends Shown {
  readonly video: string
  readonly edit: string
  readonly attempt: string
  /** UTC. */
  readonly ranges: Publication['ranges']
  readonly files: readonly WrittenFile[]
  /** When the last bytes were there, and when title, description, tags or `public` changed; UTC. */
  readonly published_at: string
  readonly modified_at: string | null
}

export const describe = (publication: Publication, files: readonly WrittenFile[], now: Date): Description => {
  const { title, description, tags, public: listed, video, edit, attempt, ranges } = publication
  return {
    ...{ title, description, tags, public: listed, video, edit, attempt, ranges, files },
    published_at: now.toISOString(),
    modified_at: null,
  }
}

/** Writes it under a name that nobody looks for, so that it can be renamed whole. @throws the file system's error. */
export async function draft(path: string, content: Description): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** null where there is none, or what is there is none of ours. */
export async function read(path: string): Promise<Description | null> {
  try {
    const content = JSON.parse(await readFile(path, 'utf8')) as Description | null
    return typeof content?.video === 'string' && typeof content.attempt === 'string' ? content : null
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return null
    throw error
  }
}

/** The same with another title, description, tags or `public`; readers see the old one or the new one, never a part. */
export async function modify(path: string, before: Description, shown: Shown, temporary: string): Promise<void> {
  const { title, description, tags, public: listed } = shown
  const isSame =
    title === before.title &&
    description === before.description &&
    listed === before.public &&
    tags.join('\n') === before.tags.join('\n')
  if (isSame) return
  const modified = { title, description, tags, public: listed, modified_at: new Date().toISOString() }
  try {
    await draft(temporary, { ...before, ...modified })
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
  await syncFolder(dirname(path))
}
