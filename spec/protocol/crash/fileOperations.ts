/** Makes operations of all that changes files, in the whole process: the functions of node:fs/promises, and what they open. */
import fs, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import { operation } from './operations.js'

type Work = (...given: unknown[]) => Promise<unknown>

const pathOf = (path: unknown): string => basename(String(path))

export async function makeFileOperations(): Promise<void> {
  const functions = fs as unknown as Record<string, Work>
  const paths = new WeakMap<FileHandle, string>()

  for (const name of ['rename', 'link'])
    replace(functions, name, (_, [from, to], run) => operation(`${name} ${pathOf(from)} to ${pathOf(to)}`, run))
  for (const name of ['mkdir', 'rm', 'truncate', 'unlink', 'writeFile'])
    replace(functions, name, (_, [path], run) => operation(`${name} ${pathOf(path)}`, run))
  replace(functions, 'open', async (_, [path, flags], run) => {
    const writes = typeof flags === 'string' && /[wa+]/.test(flags)
    const file = (await (writes ? operation(`open ${pathOf(path)}`, run) : run())) as FileHandle
    if (writes) paths.set(file, pathOf(path))
    return file
  })
  syncBuiltinESMExports()

  // the class of what is opened is nowhere exported
  const file = await fs.open('/dev/null')
  await file.close()
  const handles = Object.getPrototypeOf(file) as Record<string, Work>
  for (const name of ['write', 'writeFile', 'truncate'])
    replace(handles, name, (handle, _, run) => {
      const path = paths.get(handle as FileHandle)
      return path === undefined ? run() : operation(`write ${path}`, run)
    })
}

function replace(
  of: Record<string, Work>,
  name: string,
  by: (self: unknown, given: unknown[], run: () => Promise<unknown>) => Promise<unknown>,
): void {
  const original = of[name]
  if (original === undefined) throw new Error(`there is no ${name}`)
  of[name] = function (this: unknown, ...given: unknown[]) {
    return by(this, given, () => original.apply(this, given))
  }
}
