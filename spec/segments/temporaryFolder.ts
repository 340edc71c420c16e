import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty folder of the spec's own, which the spec that asked for it removes. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'reelstate-segments-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
