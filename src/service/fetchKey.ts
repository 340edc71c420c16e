/** The key with which this node asks others for footage, where they serve only those whom they know. */
import { readFile } from 'node:fs/promises'
import { isKey } from '../log/keys.js'
import type { FetchConfiguration } from './fetchConfiguration.js'

/** Read each time, so that it can be replaced while the node runs. null where there is none; why not, goes to `onNotice`. */
export async function fetchKey(
  { keyFile }: Pick<FetchConfiguration, 'keyFile'>,
  onNotice: (line: string) => void,
): Promise<string | null> {
  if (keyFile === null) return null
  try {
    const text = (await readFile(keyFile, 'utf8')).trim()
    if (isKey(text)) return text
    onNotice(`fetch.key_file: ${keyFile} has no key in it; make one with: reelstate key add NAME`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    onNotice(`fetch.key_file: ${keyFile} can't be read (${code})`)
  }
  return null
}
