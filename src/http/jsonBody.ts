/** Bodies that a handler reads by its own rules. */

export const isRecord = (u: unknown): u is Readonly<Record<string, unknown>> =>
  typeof u === 'object' && u !== null && !Array.isArray(u)

/** Wubloader's clients send what signs them in along with everything else. */
export const withoutToken = (body: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).filter(([field]) => field !== 'token'))
