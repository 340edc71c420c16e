/** The program without one of its fences: what the fault machine must find then shows that it can find anything. */
import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ownFolder } from './leftovers.js'

export const mutationNames = ['unconfirmed-abort', 'unheld-bytes', 'unfenced-attempts'] as const
export type MutationName = (typeof mutationNames)[number]

interface Change {
  /** Of the built program. */
  readonly file: string
  readonly from: string
  readonly to: string
}

const mutations: Readonly<Record<MutationName, readonly Change[]>> = {
  // what was not stopped counts as stopped
  'unconfirmed-abort': [
    {
      file: 'src/effects/endUpload.js',
      from: "return status._tag === 'incomplete' ? backend.abort(reference, total) : status;",
      to: "return status._tag === 'incomplete' ? { _tag: 'aborted' } : status;",
    },
  ],
  // the last bytes are sent before the log knows that they will be
  'unheld-bytes': [
    {
      file: 'src/effects/cutAndUpload.js',
      from: "await say(work, { type: 'FinalizeStarted'",
      to: "const early = await session.finalize(last, total, neverAborted);\n        await say(work, { type: 'FinalizeStarted'",
    },
    {
      file: 'src/effects/cutAndUpload.js',
      from: 'const published = await session.finalize(last, total, neverAborted);',
      to: 'const published = early;',
    },
  ],
  // whoever was given up goes on as if nothing had happened, and nobody stops it
  'unfenced-attempts': [
    {
      file: 'src/effects/cutAndUpload.js',
      from: 'throw new AttemptOver(noted.left);',
      to: '{ }',
    },
    {
      file: 'src/effects/cutAndUpload.js',
      from: 'await endEarlierSessions(work);',
      to: '',
    },
    {
      file: 'src/service/cutting.js',
      from: "running.stop.abort('cancelled');",
      to: '{ }',
    },
  ],
}

/** A copy of the built program with the change. @returns its launcher; the folder goes with `remove`. */
export async function mutated(name: MutationName): Promise<{ program: string; folder: string }> {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const folder = await ownFolder()
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const { file, from, to } of mutations[name]) {
    const path = join(folder, 'dist', file)
    const text = await readFile(path, 'utf8')
    if (text.split(from).length !== 2)
      throw new Error(`${dirname(path)}: the fence of ${name} is not where it was: ${from}`)
    await writeFile(path, text.replace(from, to))
  }
  return { program: join(folder, 'dist/src/cli/reelstate.js'), folder }
}
