/** What is kept of a run that went wrong: whatever tells why. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readHistory } from '../src/log/read.js'
import type { Violation } from './invariants.js'
import type { Script } from './script.js'
import type { World } from './world.js'

/** @returns the folder. */
export async function keepEvidence(
  world: World,
  script: Script,
  violations: readonly Violation[],
  folder: string,
): Promise<string> {
  const { db, chronicle, simulator, nodes, root } = world
  const kept = join(folder, `seed-${script.seed}-run-${script.run}`)
  await rm(kept, { recursive: true, force: true })
  await mkdir(kept, { recursive: true })
  const write = (name: string, content: unknown): Promise<void> =>
    writeFile(join(kept, name), typeof content === 'string' ? content : `${JSON.stringify(content, null, 1)}\n`)
  await write('violations.json', violations)
  await write('script.json', script)
  await write('chronicle.txt', `${chronicle.lines.join('\n')}\n`)
  for (const node of nodes) await write(`${node.name}.txt`, node.errors)
  for (const table of ['events', 'videos', 'upload_sessions', 'locations', 'nodes']) {
    const { rows } = await db.query(`select * from reelstate.${table} order by 1`)
    await write(`${table}.json`, rows)
  }
  await write('requests.json', simulator.seen)
  await write(
    'channel.json',
    simulator.videos.all().map(({ content, ...video }) => ({ ...video, kept: content?.length })),
  )
  await cp(root, join(kept, 'files'), { recursive: true })
  return kept
}

/** The log of a video, a line each. */
export async function logOf({ db }: World, id: string): Promise<string[]> {
  return (await readHistory(db, id)).map(
    ({ version, recordedAt, type, node, actor, state, data }) =>
      `${String(version).padStart(3)} ${recordedAt.slice(11)} ${type} (${node ?? actor}) → ${state} ${JSON.stringify(data)}`,
  )
}
