/** Who asks, as far as this node can tell: what a page shows of the person that it sends a credential for. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { type Route, route } from '../route.js'
import { bearerOf } from '../signIn/whoAsks.js'

const Me = t.type({
  /** Whoever asks may do everything: nobody signs in here. */
  asksNobody: t.boolean,
  readsAreClosed: t.boolean,
  /** Whose ID tokens are good here; null: keys alone are. */
  issuer: t.union([t.string, t.null]),
  /** null where nobody is known. */
  actor: t.union([t.string, t.null]),
  roles: t.array(t.string),
  /** Why the credential that came is no good; null where it is, or none came. */
  why: t.union([t.string, t.null]),
})

export const meRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/me',
    group: 'health',
    summary: 'Who the credential that comes is for, and which roles they have; or why it is no good.',
    // whoever has none, or one that is no good, wants to hear of it
    who: 'anybody',
    answers: { 200: { says: 'What is known; without a credential, how one signs in here.', json: Me } },
    async handle({ request, reply }, { signIn }) {
      const { takesAnybody: asksNobody = false, readsAreClosed, issuer = null } = signIn
      const how = { asksNobody, readsAreClosed, issuer }
      void reply.header('cache-control', 'no-store')
      const identified = await signIn.identify(bearerOf(request))
      if (isLeft(identified)) return { ...how, actor: null, roles: [], why: identified.left.why }
      const person = identified.right
      return { ...how, actor: person?.actor ?? null, roles: [...(person?.roles ?? [])], why: null }
    },
  }),
]
