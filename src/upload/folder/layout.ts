/** What a publication is in the folder: a file, or a folder of files. */
import { rename, rm } from 'node:fs/promises'
import type { Publication } from '../backend.js'
import { codeOf, renamed } from './disk.js'
import { finalName, finalStem } from '../finalName.js'
import { jsonEnding } from './names.js'

export interface Layout {
  /** The name by which the publication is known: the video's id. */
  nameOf(publication: Publication): string
  /** It is a folder, which the JSON that describes it lies in; a file has it beside it. */
  readonly several: boolean
  /** What the n-th file is called, from 1. */
  fileName(publication: Publication, n: number): string
  /** What the JSON is called that describes the publication of this name. */
  jsonName(name: string): string
  /** What follows the name in links. */
  readonly linkEnding: string
  /** Gives the publication its final name, or throws the file system's error and leaves everything as it was. */
  publish(part: string, final: string, aside: string): Promise<void>
}

export const oneFile: Layout = {
  several: false,
  nameOf: finalName,
  fileName: finalName,
  jsonName: (name) => `${name.replace(/\.[^.]*$/, '')}${jsonEnding}`,
  linkEnding: '',
  publish: rename,
}

export const folderOfFiles: Layout = {
  several: true,
  nameOf: finalStem,
  fileName: (publication, n) => `${finalStem(publication)}-${n}.${publication.extension}`,
  jsonName: (name) => `${name}${jsonEnding}`,
  linkEnding: '/',
  async publish(part, final, aside) {
    try {
      return await rename(part, final)
    } catch (error) {
      // a folder takes the place of an empty one only: what was published there before steps aside
      if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error
    }
    const replaced = await renamed(final, aside)
    try {
      await rename(part, final)
    } catch (error) {
      if (replaced) await rename(aside, final)
      throw error
    }
    await rm(aside, { recursive: true, force: true })
  },
}
