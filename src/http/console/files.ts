/** The built console: its page, and the files whose names have a hash of their content. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

export interface ConsoleFile {
  readonly type: string
  readonly bytes: Buffer
  readonly gzipped: Buffer
  readonly tag: string
}

export interface ConsoleFiles {
  readonly page: ConsoleFile
  /** By name, as under `/console/`. */
  readonly assets: ReadonlyMap<string, ConsoleFile>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.woff2': 'font/woff2',
}

/** @returns null where nothing has been built in `folder`. It is small, so all of it stays in memory. */
export async function readConsole(folder: string): Promise<ConsoleFiles | null> {
  try {
    const page = await readOne(join(folder, 'index.html'))
    const names = await readdir(join(folder, 'console'))
    const assets = await Promise.all(
      names.map(async (name) => [name, await readOne(join(folder, 'console', name))] as const),
    )
    return { page, assets: new Map(assets) }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

async function readOne(path: string): Promise<ConsoleFile> {
  const bytes = await readFile(path)
  return {
    type: types[extname(path)] ?? 'application/octet-stream',
    bytes,
    gzipped: await promisify(gzip)(bytes),
    tag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
  }
}
