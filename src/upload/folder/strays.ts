/** What nodes that were killed have left in a folder, and no upload session stands for. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesAt, unlessMissing } from './disk.js'
import { jsonEnding, markerName, modifiedBegin, ofVideo, partEnding } from './names.js'

/** Nobody takes so long to change a JSON file. */
const OLD_MS = 3_600_000

/** Takes them away before an upload of `video` is begun. @throws the file system's error. */
export async function removeStrays(path: string, video: string): Promise<void> {
  for (const name of await readdir(path))
    if (await isStray(path, name, video)) await rm(join(path, name), { recursive: true, force: true })
}

async function isStray(path: string, name: string, video: string): Promise<boolean> {
  // killed before the log knew of its session, a node has left nothing but empty files: bytes come only afterwards
  if (name.startsWith(ofVideo(video)) && name.endsWith(partEnding))
    return (await bytesAt(join(path, name), jsonEnding)) === 0
  // the folder has its marker, so drafts of it are of no use
  if (name.startsWith(`${markerName}.`)) return true
  if (!name.startsWith(modifiedBegin)) return false
  const found = await unlessMissing(stat(join(path, name)))
  return found !== null && Date.now() - found.mtimeMs > OLD_MS
}
