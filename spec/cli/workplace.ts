/** A folder to work in: data, footage of twelve seconds, files that commands read. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeStream } from '../segments/makeStream.js'
import { assertAllWhole } from '../support/whole.js'
import { json, type Outcome, reelstate, type Running, start, type Surroundings } from './program.js'

/** When the footage begins. */
export const begins = '2026-01-31T18:00:00Z'
export const channel = 'main'

/** A time of the footage, by its seconds from the beginning. */
export const at = (seconds: number): string => new Date(Date.parse(begins) + seconds * 1000).toISOString()

/** An edit that a node of this place can cut: one second and a half of two ranges. */
export const goodEdit = {
  video_title: 'The raffle',
  video_channel: channel,
  upload_location: 'local',
  video_ranges: [
    [at(1), at(2)],
    [at(5), at(5.5)],
  ],
}

export interface Workplace {
  readonly folder: string
  readonly data: string
  readonly segments: string
  /** Runs a command on the data folder. */
  run(args: readonly string[], surroundings?: Surroundings): Promise<Outcome>
  start(args: readonly string[], surroundings?: Surroundings): Running
  /** Writes a file for a command to read, and returns its path. */
  file(name: string, content: unknown): Promise<string>
  remove(): Promise<void>
}

export async function workplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'reelstate-cli-'))
  // the embedded server's user, where it is another one than ours, has to get in
  await chmod(folder, 0o711)
  const data = join(folder, 'data')
  return {
    folder,
    data,
    segments: join(data, 'segments'),
    run: (args, surroundings) => reelstate([...args, '--data', data], surroundings),
    start: (args, surroundings) => start([...args, '--data', data], surroundings),
    async file(name, content) {
      const path = join(folder, name)
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
      return path
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A stream of `seconds`, as the program `reelstate ingest` puts it among the segments. */
export async function withFootage(place: Workplace, seconds = 12): Promise<string> {
  const source = await makeStream(join(place.folder, 'stream.ts'), { seconds, gop: 50 })
  const ingested = await place.run(['ingest', source, '--channel', channel, '--start', begins])
  if (ingested.code !== 0) throw new Error(ingested.stderr)
  return source
}

export interface Serving {
  readonly said: { readonly node: string; readonly url: string; readonly database: string; readonly pid: number }
  stop(): Promise<Outcome>
}

/** A running node of the place, which other commands join. */
export async function serving(place: Workplace): Promise<Serving> {
  const running = place.start(['serve', '--port', '0', '--name', 'node-a', '--json'])
  const said = JSON.parse(await running.line(() => true)) as Serving['said']
  return {
    said,
    async stop() {
      await assertPlaceWhole(place)
      running.signal('SIGTERM')
      return running.ended
    },
  }
}

/** Every video of the place: its row is what its events say. */
export async function assertPlaceWhole(place: Workplace): Promise<void> {
  // the embedded server runs while any command does
  const joined = place.start(['log', '--follow', '--json'])
  try {
    await joined.line(() => true)
    const { url } = json<{ url: string }>(await place.run(['db', '--json']))
    await assertAllWhole(url)
  } finally {
    joined.signal('SIGTERM')
    await joined.ended
  }
}

/** Creates a video and returns its id. */
export async function created(place: Workplace, ...options: string[]): Promise<string> {
  return json<{ id: string }>(await place.run(['create', '--json', ...options])).id
}

/** Creates and edits a video, follows its log until it is published, and returns its id and what was followed. */
export async function published(place: Workplace, ...options: string[]): Promise<{ id: string; followed: Outcome }> {
  const id = await created(place, ...options)
  const following = place.start(['log', id, '--follow', '--json'])
  try {
    await following.line((line) => line.includes('"Created"'))
    const edited = await place.run(['edit', id, '--file', '-'], { input: JSON.stringify(goodEdit) })
    if (edited.code !== 0) throw new Error(edited.stderr)
    await following.line((line) => line.includes('"Uploaded"'))
  } finally {
    following.signal('SIGINT')
    await following.ended
  }
  return { id, followed: await following.ended }
}
