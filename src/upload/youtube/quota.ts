/**
 * What requests cost of the day's quota (https://developers.google.com/youtube/v3/determine_quota_cost). Beginning an upload counts
 * apart from everything else; the bytes of an upload cost nothing.
 */
import type { HttpRequest } from './http.js'

export const uploadMethod = 'videos.insert'

/** A day's quota of a project, unless Google has given it more. */
export const usualQuota = { uploads: 100, units: 10_000 } as const

const READ_UNITS = 1
const WRITE_UNITS = 50

/** Told of each request that costs something, whatever is answered; `units` are 0 for the beginning of an upload. */
export type OnCall = (method: string, units: number) => void

const verbs: Readonly<Record<HttpRequest['method'], string>> = {
  GET: 'list',
  POST: 'insert',
  PUT: 'update',
  DELETE: 'delete',
}

/** The API's name of what is asked for, and what that costs; null where it costs nothing. */
export function costOf({ method, url }: Pick<HttpRequest, 'method' | 'url'>): { method: string; units: number } | null {
  const { pathname, searchParams } = new URL(url)
  const [, path] = /\/youtube\/v3\/(.+)$/.exec(pathname) ?? []
  // a session that is open has been paid for
  if (path === undefined || searchParams.has('upload_id')) return null
  if (path === 'videos' && method === 'POST') return { method: uploadMethod, units: 0 }
  const [resource = '', verb = verbs[method]] = path.split('/')
  return { method: `${resource}.${verb}`, units: method === 'GET' ? READ_UNITS : WRITE_UNITS }
}
