/** Asking the API as a script does. */
import type { SignIn } from '../../../src/http/around.js'
import type { Role } from '../../../src/http/person.js'
import { left, right } from 'fp-ts/lib/Either.js'

/** The credential is the name and the roles: `ann:editor+operator`. */
export const byName: SignIn = {
  readsAreClosed: false,
  identify: async (credential) => {
    if (credential === null) return right(null)
    const [actor = '', roles] = credential.split(':')
    if (roles === undefined) return left({ _tag: 'NotSignedIn', reason: 'invalid', why: 'the token is not one' })
    return right({ actor, roles: new Set(roles.split('+') as Role[]) })
  },
}

export const asking =
  (url: string, who: string | null = 'ann:editor+artist+operator') =>
  async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...(who !== null && { authorization: `Bearer ${who}` }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parsed(text) }
  }

const parsed = (text: string) => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
