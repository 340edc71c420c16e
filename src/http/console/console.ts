/** Serves the console: one page at each of its paths, and the files that it is made of, which never change. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { builtConsole } from './built.js'
import type { ConsoleFile, ConsoleFiles } from './files.js'
import { pagePaths } from './paths.js'

const YEAR_SECONDS = 31_536_000

/** @param onTrouble told why the console could not be built. */
export function serveConsole(server: FastifyInstance, onTrouble: (error: unknown) => void): void {
  let reading: Promise<ConsoleFiles | null> | undefined
  const files = async (): Promise<ConsoleFiles | null> => {
    reading ??= builtConsole().catch((error: unknown) => {
      onTrouble(error)
      return null
    })
    const found = await reading
    // it may be built meanwhile
    if (found === null) reading = undefined
    return found
  }
  for (const path of pagePaths)
    server.get(path, async (request, reply) => {
      const found = await files()
      if (found === null) return reply.code(503).type('text/html; charset=utf-8').send(notBuilt)
      return send(request, reply.header('cache-control', 'no-cache'), found.page)
    })
  server.get<{ Params: { name: string } }>('/console/:name', async (request, reply) => {
    const file = (await files())?.assets.get(request.params.name)
    if (file === undefined) return reply.callNotFound()
    return send(request, reply.header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`), file)
  })
}

function send({ headers }: FastifyRequest, reply: FastifyReply, { type, bytes, gzipped, tag }: ConsoleFile) {
  reply.headers({ etag: tag, vary: 'accept-encoding' })
  if (headers['if-none-match']?.includes(tag)) return reply.code(304).send()
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(headers['accept-encoding'] ?? '')
  if (takesGzip) reply.header('content-encoding', 'gzip')
  return reply.type(type).send(takesGzip ? gzipped : bytes)
}

/** What is shown where there is only the program. */
const notBuilt = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Reelstate</title></head>
<body>
<h1>Reelstate runs; its console is not built</h1>
<p>In the folder of the program, run <code>npm ci</code> and then <code>npm run console:build</code>, and load this page anew. The
node’s own log says more where that was tried and failed.</p>
<p>What the console shows is also at <a href="/api/counts">/api/counts</a>, <a href="/api/videos">/api/videos</a> and
<a href="/healthz">/healthz</a>.</p>
</body>
</html>
`
