/** `/api/openapi.json`, and a page of the same for people. */
import type { Route } from '../route.js'
import { route } from '../route.js'
import { documentOf } from './document.js'
import { pageOf } from './page.js'

/** @param others all that are documented, these two among them. */
export const openApiRoutes = (others: () => readonly Route[]): readonly Route[] => {
  // they don't change while a node runs
  let made: { readonly json: string; readonly page: string } | null = null
  const make = (version: string) =>
    (made ??= { json: JSON.stringify(documentOf(others(), version)), page: pageOf(others(), version) })
  return [
    route({
      method: 'GET',
      path: '/api/openapi.json',
      group: 'documentation',
      summary: 'This API as OpenAPI 3.1.',
      who: 'anybody',
      answers: { 200: { says: 'The document.' } },
      handle: ({ reply }, { version }) =>
        reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(make(version).json),
    }),
    route({
      method: 'GET',
      path: '/api/docs',
      group: 'documentation',
      summary: 'This API as a page.',
      who: 'anybody',
      answers: { 200: { says: 'The page.', type: 'text/html' } },
      handle: ({ reply }, { version }) =>
        reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(make(version).page),
    }),
  ]
}
