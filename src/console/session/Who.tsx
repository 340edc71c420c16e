/** At the top of every page: who one is for the node, and the way to be somebody else. Nothing where it asks nobody. */
import { askToSignIn, useMe } from './session.js'

export function Who() {
  const me = useMe()
  if (me === undefined || me.asksNobody) return null
  if (me.actor !== null)
    return (
      <button type="button" className="who" onClick={askToSignIn} title={rolesOf(me.roles)}>
        <span className="unseen">Signed in as </span>
        {me.actor}
      </button>
    )
  return (
    <button type="button" className="who" onClick={askToSignIn}>
      {me.why === null ? 'Sign in' : 'Sign in again'}
    </button>
  )
}

export const rolesOf = (roles: readonly string[]): string =>
  roles.length === 0
    ? 'without a role: may only read'
    : `with the ${roles.length === 1 ? 'role' : 'roles'} ${roles.join(', ')}`
