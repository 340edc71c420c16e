/** How long requests take, and how many there can be. */
import { Agent, request } from 'node:http'
import autocannon from 'autocannon'

export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: number
  readonly text: string
  readonly ms: number
}

export interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Whether the answer's text is needed; else only its bytes are counted. */
  readonly text?: boolean
}

const agent = new Agent({ keepAlive: true })

/** One request over a connection that is kept. @throws where the answer is none of 2xx and 304. */
export const ask = (
  url: string,
  { method = 'GET', headers = {}, body, text = false }: Asking = {},
): Promise<Response> =>
  new Promise((resolve, reject) => {
    const begun = performance.now()
    const payload = body === undefined ? null : Buffer.from(JSON.stringify(body))
    const sent = request(
      url,
      {
        ...{ agent, method },
        headers: {
          ...headers,
          ...(payload && { 'content-type': 'application/json', 'content-length': String(payload.length) }),
        },
      },
      (answer) => {
        let bytes = 0
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (text || answer.statusCode !== 200) chunks.push(chunk)
        })
        answer.once('error', reject)
        answer.once('end', () => {
          const status = answer.statusCode ?? 0
          const said = Buffer.concat(chunks).toString('utf8')
          if (status >= 300 && status !== 304) reject(new Error(`${method} ${url}: ${status} ${said.slice(0, 300)}`))
          else resolve({ status, headers: answer.headers, bytes, text: said, ms: performance.now() - begun })
        })
      },
    )
    sent.once('error', reject)
    sent.end(payload ?? undefined)
  })

/** Each of two by turns, so many times; milliseconds of each. */
export async function byTurns(
  times: number,
  ours: (n: number) => Promise<number>,
  theirs: (n: number) => Promise<number>,
): Promise<{ ours: number[]; theirs: number[] }> {
  const took: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
  for (let n = 0; n < times; n++) {
    took.ours.push(await ours(n))
    took.theirs.push(await theirs(n))
  }
  return took
}

/** Answers a second, over eight connections for five seconds. */
export async function perSecond(url: string, headers: Record<string, string> = {}): Promise<number> {
  const { requests, non2xx, statusCodeStats } = await autocannon({ url, headers, connections: 8, duration: 5 })
  const expected = Object.keys(statusCodeStats ?? {}).every((code) => code === '200' || code === '304')
  if (!expected) throw new Error(`${url}: ${non2xx} answers of another kind`)
  return requests.average
}

export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}
