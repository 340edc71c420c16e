/** Recorded streams of real encoders, which are too large for the repository. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env['RECORDED_STREAMS'] ?? new URL('../../../shared/data/', import.meta.url).pathname

/** The playlist of a recorded stream; null where it isn't here. */
export function recordedStream(name: string): string | null {
  const playlist = join(folder, name, 'playlist.m3u8')
  return existsSync(playlist) ? playlist : null
}
