/** Who asks for a route, and whether they may: before anything of what they ask for is looked at. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { SignIn } from '../around.js'
import { refusal } from '../errors.js'
import type { NotSignedIn, Person } from '../person.js'
import type { Route } from '../route.js'

/**
 * A credential comes as `Authorization: Bearer …`, as scripts and our pages send it, or as `token` in the body, as wubloader's editor
 * does.
 * @param body decoded JSON, or whatever else came.
 */
export async function whoAsks(
  { who }: Route,
  signIn: SignIn,
  request: FastifyRequest,
  body: unknown,
): Promise<NotSignedIn | { readonly person: Person | null }> {
  if (who === 'anybody') return { person: null }
  const credential = bearerOf(request) ?? tokenOf(body)
  // whoever may read anyway is turned away neither for a token that has expired meanwhile, nor because nobody can tell
  if (who === 'reader' && !signIn.readsAreClosed) return { person: await personOrNobody(signIn, credential) }
  const identified = await signIn.identify(credential)
  if (isLeft(identified)) return identified.left
  const person = identified.right
  if (person === null) return { _tag: 'NotSignedIn', reason: 'none', why: signIn.howTo ?? 'sign in first' }
  if (who === 'reader' || person.roles.has(who)) return { person }
  return { _tag: 'NotSignedIn', reason: 'role', why: `${person.actor} is signed in, but has not the role ${who}` }
}

async function personOrNobody(signIn: SignIn, credential: string | null): Promise<Person | null> {
  try {
    const identified = await signIn.identify(credential)
    return isLeft(identified) ? null : identified.right
  } catch {
    return null
  }
}

/** Whether nothing of the body is needed to know who asks. */
export const isSaidInHeaders = (request: FastifyRequest): boolean => bearerOf(request) !== null

const bearerOf = ({ headers }: FastifyRequest): string | null =>
  /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null

function tokenOf(body: unknown): string | null {
  const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : null
  return typeof token === 'string' && token !== '' ? token : null
}

/** Of what wubloader's clients know a credential that is no good is 403; of all else 401, so that they sign in anew. */
export function refuseWho(
  request: FastifyRequest,
  reply: FastifyReply,
  { errors }: Route,
  { reason, why }: NotSignedIn,
): FastifyReply {
  switch (reason) {
    case 'none':
      return refusal(request, challenge(reply, ''), 401, why)
    case 'invalid':
      return errors === 'text'
        ? refusal(request, reply, 403, why)
        : refusal(request, challenge(reply, ' error="invalid_token"'), 401, why)
    case 'role':
      return refusal(request, reply, 403, why)
    case 'unreachable':
      return refusal(request, reply.header('retry-after', '5'), 503, why)
  }
}

/** RFC 6750, 3. */
const challenge = (reply: FastifyReply, error: string): FastifyReply =>
  reply.header('www-authenticate', `Bearer${error}`)
