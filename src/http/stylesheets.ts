/** The styles of pages that are made here: no page has any in itself, as its policy forbids that. */
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'

const names = ['page.css', 'coverage.css', 'docs.css'] as const

export function serveStylesheets(server: FastifyInstance): void {
  for (const name of names) {
    const content = readFileSync(new URL(`./public/${name}`, import.meta.url), 'utf8')
    server.get(`/public/${name}`, (_, reply) =>
      reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(content),
    )
  }
}
