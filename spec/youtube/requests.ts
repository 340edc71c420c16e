/** What requests bring: read whole, and refused where the documentation doesn't allow it. */
import type { IncomingMessage } from 'node:http'
import { type ApiError, errors } from './errors.js'
import { type Metadata, type Resource, read } from './videos.js'

/** Of all bodies that are JSON or forms. */
export const LARGEST_JSON = 1 << 20

export class Refused extends Error {
  constructor(readonly error: ApiError) {
    super(error.message)
  }
}

/** The file's name, as its uploader says it (RFC 5023, 9.7). */
export const nameIn = ({ headers: { slug } }: IncomingMessage): string | undefined =>
  typeof slug === 'string' ? decodeURIComponent(slug) : undefined

/** `part=a,b` and `part=a&part=b` mean the same. */
export const listed = (query: URLSearchParams, name: string): string[] =>
  query.getAll(name).flatMap((value) => value.split(',').filter((one) => one !== ''))

export const isImage = (content: Buffer): boolean =>
  content.subarray(0, 4).toString('latin1') === '\x89PNG' || content.subarray(0, 3).toString('hex') === 'ffd8ff'

export function valid(resource: Resource): Metadata {
  const checked = read(resource)
  if ('reason' in checked) throw new Refused(checked)
  return checked
}

export async function bodyIn(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > most) throw new Refused(errors.badRequest)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export async function jsonIn(request: IncomingMessage): Promise<Resource> {
  const body = await bodyIn(request, LARGEST_JSON)
  try {
    return JSON.parse(body.toString()) as Resource
  } catch {
    throw new Refused(errors.badRequest)
  }
}

/** The contents of the parts of a multipart body (RFC 2046, 5.1). */
export function partsOf(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = []
  const mark = Buffer.from(`--${boundary}`)
  for (let at = body.indexOf(mark); at >= 0;) {
    const next = body.indexOf(mark, at + mark.length)
    if (next < 0) break
    const part = body.subarray(at + mark.length + 2, next - 2)
    const content = part.indexOf('\r\n\r\n')
    if (content >= 0) parts.push(part.subarray(content + 4))
    at = next
  }
  return parts
}
