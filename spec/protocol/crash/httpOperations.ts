/** Requests as operations. What has a body can be broken off in the middle of it. */
import { Readable } from 'node:stream'
import type { Http, HttpRequest } from '../../../src/upload/youtube/http.js'
import { divisible, operation } from './operations.js'

export const httpOperations =
  (http: Http): Http =>
  (request) => {
    const { method, url, headers = {}, body } = request
    const { pathname } = new URL(url)
    const range = headers['Content-Range'] === undefined ? '' : ` of ${headers['Content-Range']}`
    const name = `${method} ${pathname}${range}`
    // neither does the question how far an upload is change anything
    if (method === 'GET' || range.startsWith(' of bytes */')) return http(request)
    if (!Array.isArray(body)) return operation(name, () => http(request))
    return divisible(name, `the middle of ${name}`, (stop) =>
      http(stop === null ? request : brokenOff(request, body as readonly Buffer[], stop)),
    )
  }

function brokenOff(request: HttpRequest, pieces: readonly Buffer[], stop: () => Promise<never>): HttpRequest {
  const all = Buffer.concat(pieces)
  async function* half(): AsyncGenerator<Buffer> {
    yield all.subarray(0, Math.ceil(all.length / 2))
    // asked for more: the first half is on its way
    await stop()
  }
  const body = Readable.from(half(), { objectMode: false, highWaterMark: 1 })
  return { ...request, headers: { ...request.headers, 'Content-Length': String(all.length) }, body }
}
