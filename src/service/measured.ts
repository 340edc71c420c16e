/** Locations that tell how many bytes they are given. */
import { isLeft, map } from 'fp-ts/lib/Either.js'
import type { Location } from '../effects/location.js'
import type { Meter } from '../observe/meter.js'
import type { Backend, Session } from '../upload/backend.js'

export const measured = (
  locations: ReadonlyMap<string, Location>,
  { sent }: Pick<Meter, 'sent'>,
): ReadonlyMap<string, Location> =>
  new Map(
    [...locations].map(([name, location]) => [
      name,
      { ...location, backend: measuredBackend(location.backend, (bytes) => sent(name, bytes)) },
    ]),
  )

const measuredBackend = (backend: Backend, onSent: (bytes: number) => void): Backend => ({
  ...backend,
  open: async (publication, signal) =>
    map((session: Session) => measuredSession(session, onSent))(await backend.open(publication, signal)),
})

const measuredSession = (session: Session, onSent: (bytes: number) => void): Session => ({
  ...session,
  async send(chunk, signal) {
    const sent = await session.send(chunk, signal)
    if (!isLeft(sent)) onSent(chunk.length)
    return sent
  },
  async finalize(last, total, signal) {
    const published = await session.finalize(last, total, signal)
    if (!isLeft(published)) onSent(last.length)
    return published
  },
})
