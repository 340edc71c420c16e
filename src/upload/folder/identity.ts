/** Who a folder is: a marker file made once, so that two nodes' folders of one name are told apart. */
import { randomUUID } from 'node:crypto'
import { link, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, isMissing, syncFolder, unlessMissing } from './disk.js'
import { markerName } from './names.js'

/** @throws the file system's error. */
export async function identity(path: string): Promise<string> {
  const marker = join(path, markerName)
  const known = await unlessMissing(readFile(marker, 'utf8'))
  if (known !== null) return known.trim()
  // complete before it has its name, and never instead of another's: a hard link fails where the name is taken; and where it is,
  // somebody may have taken the draft away
  const draft = `${marker}.${randomUUID()}`
  const file = await open(draft, 'wx')
  await file.writeFile(`${randomUUID()}\n`)
  await file.sync()
  await file.close()
  await link(draft, marker).catch((error: unknown) =>
    codeOf(error) === 'EEXIST' || isMissing(error) ? undefined : Promise.reject(error as Error),
  )
  await rm(draft, { force: true })
  await syncFolder(path)
  return (await readFile(marker, 'utf8')).trim()
}
