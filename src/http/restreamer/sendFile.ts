/**
 * One file of the disk as an answer: all of it, the part that is asked for, or that it is as it was. Not by @fastify/static: that opens
 * what a name leads to, links and pipes too, and has no ETag of the hash that a name tells; what would be left to it is `partOf`.
 */
import { constants, type FileHandle, open } from 'node:fs/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isGone } from '../../segments/store.js'

export interface FileKind {
  readonly type: string
  /** The hash of its content, where its name has it: then it never changes. */
  readonly hash: string | null
}

const YEAR_SECONDS = 31_536_000

/** A link may lead out of the folder of channels; opening a pipe would wait for somebody to write. */
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants

/** @returns whether there is such a file; if not, nothing has been sent. Throws where the disk can't be read. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  { type, hash }: FileKind,
): Promise<boolean> {
  const file = await opened(path)
  if (file === null) return false
  let isStreamed = false
  try {
    const stat = await file.stat()
    if (!stat.isFile()) return false
    const { size, mtimeMs } = stat
    const tag = `"${hash ?? `${mtimeMs.toString(36)}-${size.toString(36)}`}"`
    reply.headers({
      'accept-ranges': 'bytes',
      'cache-control': hash === null ? 'no-cache' : `public, max-age=${YEAR_SECONDS}, immutable`,
      etag: tag,
    })
    const { range, 'if-range': ifRange = tag, 'if-none-match': known } = request.headers
    const part = ifRange === tag ? partOf(range, size) : null
    if (names(known, tag)) {
      void reply.code(304).send()
    } else if (part === 'none') {
      void reply.code(416).header('content-range', `bytes */${size}`).send()
    } else {
      const { start, end } = part ?? { start: 0, end: size - 1 }
      reply.type(type).header('content-length', end - start + 1)
      if (part !== null) reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`)
      isStreamed = request.method !== 'HEAD' && size > 0
      // the file is closed with the stream, which ends with the connection
      void reply.send(isStreamed ? file.createReadStream({ start, end, highWaterMark: 256 << 10 }) : '')
    }
    return true
  } finally {
    if (!isStreamed) await file.close()
  }
}

async function opened(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    // ELOOP and EMLINK: it is a link; ENXIO: a socket or a pipe
    if (isGone(error) || ['ELOOP', 'EMLINK', 'ENXIO'].some((one) => one === code)) return null
    throw error
  }
}

/** Whether an If-None-Match has the tag. */
const names = (header: string | undefined, tag: string): boolean =>
  header?.split(',').some((one) => one.trim().replace(/^W\//, '') === tag || one.trim() === '*') === true

/**
 * The bytes that a Range header asks for; null for all of them, as for a form that we don't know or several ranges at once (RFC 9110,
 * 14.2: a server may ignore it); 'none' where it begins behind the end.
 */
export function partOf(header: string | undefined, size: number): { start: number; end: number } | 'none' | null {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (from === '' && to === '') return null
  // the last so many
  if (from === '')
    return Number(to) === 0 || size === 0 ? 'none' : { start: Math.max(0, size - Number(to)), end: size - 1 }
  const start = Number(from)
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== '' && Number(to) < start) return null
  return start >= size ? 'none' : { start, end }
}
