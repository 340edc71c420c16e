/**
 * Recorded chat: `CHANNEL/chat/HOUR/MM:SS-HASH.json`, a message a line, each with the `time` (seconds since the epoch) at which it
 * came. Several nodes may have recorded the same.
 */
import { constants, open } from 'node:fs/promises'
import { join } from 'node:path'
import { hourOf, hourStartMs } from './path.js'
import type { Range } from './segment.js'
import { isGone, namesOfHour } from './store.js'

type Message = Readonly<Record<string, unknown>>

/** Thrown where more was said than fits into one answer. */
export class TooMuchChat extends Error {
  override readonly name = 'TooMuchChat'
}

const HOUR_MS = 3_600_000
/** A file has what was said in the minute after its time, more or less. */
const FILE_MS = 120_000
const MOST_BYTES = 64 * 1024 * 1024

/** The messages of a range, each once, in order of time. Lines that can't be read are left out. */
export async function chatOf(root: string, channel: string, range: Range, signal: AbortSignal): Promise<Message[]> {
  const found = new Map<string, { readonly atMs: number; readonly message: Message }>()
  let bytes = 0
  for (const { path, fileMs } of await filesOf(root, channel, range)) {
    signal.throwIfAborted()
    const text = await textOf(path, MOST_BYTES - bytes)
    bytes += Buffer.byteLength(text)
    for (const line of text.split('\n')) {
      const message = messageOf(line)
      if (message === null) continue
      const atMs = typeof message['time'] === 'number' ? message['time'] * 1000 : fileMs
      if (atMs >= range.startMs && atMs < range.endMs) found.set(identityOf(message, line), { atMs, message })
    }
  }
  return [...found.values()].sort((a, b) => a.atMs - b.atMs).map(({ message }) => message)
}

async function filesOf(root: string, channel: string, range: Range): Promise<{ path: string; fileMs: number }[]> {
  const files: { path: string; fileMs: number }[] = []
  for (let ms = range.startMs - HOUR_MS; ms < range.endMs + HOUR_MS; ms += HOUR_MS) {
    const hour = hourOf(Math.max(0, ms))
    const { names } = await namesOfHour(root, channel, 'chat', hour)
    for (const name of names) {
      const [, minutes, seconds] = /^([0-5]\d):([0-5]\d)(?:\.\d+)?-[A-Za-z0-9_-]+\.json$/.exec(name) ?? []
      if (minutes === undefined) continue
      const fileMs = (hourStartMs(hour) ?? 0) + Number(minutes) * 60_000 + Number(seconds) * 1000
      const isNear = fileMs > range.startMs - FILE_MS && fileMs < range.endMs + FILE_MS
      if (isNear) files.push({ path: join(root, channel, 'chat', hour, name), fileMs })
    }
  }
  return files
}

/** Empty where it has gone, or is no file: a link may lead anywhere. */
async function textOf(path: string, mostBytes: number): Promise<string> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) return ''
      if (stat.size > mostBytes) throw new TooMuchChat(`more than ${MOST_BYTES >> 20} MiB of chat`)
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    if (isGone(error) || (error instanceof Error && 'code' in error && error.code === 'ELOOP')) return ''
    throw error
  }
}

function messageOf(line: string): Message | null {
  if (line === '') return null
  try {
    const message: unknown = JSON.parse(line)
    return typeof message === 'object' && message !== null && !Array.isArray(message) ? (message as Message) : null
  } catch {
    return null
  }
}

/** The chat server's own id where there is one: nodes may have received it at different times. */
function identityOf(message: Message, line: string): string {
  const tags = message['tags']
  const id = typeof tags === 'object' && tags !== null && 'id' in tags ? tags.id : undefined
  return typeof id === 'string' ? `id ${id}` : line
}
