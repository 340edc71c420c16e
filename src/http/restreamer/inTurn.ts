/** What all answers that an ffmpeg makes have in common: a turn, footage that may not yield it, a client that may go. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { FastifyReply } from 'fastify'
import { CutError } from '../../cut/cut.js'
import type { Slots } from '../../segments/slots.js'
import type { Around } from '../around.js'
import { refusal } from '../errors.js'
import type { Turn } from '../ffmpegTurns.js'
import type { Asked } from '../route.js'

type Request = Pick<Asked<unknown, unknown, unknown>, 'person' | 'signal' | 'request' | 'reply'>

/** Of every route of this kind. */
export const turnAnswers = {
  406: { says: 'There is no such footage, or not all of it, or none that it can be made of.' },
  429: { says: 'As much is being made for this client as it may have made at once.' },
  503: { says: 'As much is being made as this node makes at once.' },
} as const

/** Answers with what `make` makes of footage, in a turn that is given back when it has settled. */
export async function inTurn(
  asked: Request,
  around: Pick<Around, 'turns'>,
  make: (making: { readonly signal: AbortSignal; readonly slots: Slots }) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  return whileThere(asked, async () => {
    const turn = await takeTurn(asked, around)
    if (!('slots' in turn)) return turn
    using own = turn
    return await make({ signal: asked.signal, slots: own.slots })
  })
}

/** A turn for who asks; else it has been said that there is none. */
export async function takeTurn(
  { person, signal, request, reply }: Request,
  { turns }: Pick<Around, 'turns'>,
): Promise<Turn | FastifyReply> {
  // people behind one address are not each other's hindrance, nor are the places of one name that everybody has
  const turn = await turns.take(`${person?.actor ?? ''} ${request.ip}`, signal)
  if (!isLeft(turn)) return turn.right
  const { status, why, retryAfterSeconds } = turn.left
  void reply.header('retry-after', String(retryAfterSeconds))
  return refusal(request, reply, status, why)
}

/** A client that has gone is answered nothing; footage that doesn't yield what is wanted is said to be so. */
export async function whileThere(asked: Request, answer: () => Promise<FastifyReply>): Promise<FastifyReply> {
  const { signal, request, reply } = asked
  try {
    return await answer()
  } catch (error) {
    if (signal.aborted) return reply.hijack()
    if (error instanceof CutError) return refusal(request, reply, 406, error.message)
    throw error
  }
}
