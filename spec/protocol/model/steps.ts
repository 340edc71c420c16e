/** What a node's loops do beside appending: what they ask of the destination, and what they read before they decide. */
import { type Status, statusOf, withAbort } from './destination.js'
import type { Rules } from './protocol.js'
import { mayStill, spent } from './saying.js'
import { concluded } from './sayings.js'
import {
  at,
  attemptOf,
  idle,
  isCutting,
  type Move,
  nameOf,
  nodeOf,
  replaced,
  type Thread,
  withThread,
  withUpload,
  type World,
} from './world.js'

export interface Here extends Rules {
  readonly world: World
  readonly me: number
  readonly thread: Thread
}

const go = ({ world, me }: Here, does: string, to: Thread, from = world): Move => ({
  who: nodeOf(me),
  does,
  kind: 'step',
  to: withThread(from, me, to),
})

function* orGoWrong(
  here: Here,
  what: 'loss' | 'failure',
  does: string,
  to: Thread,
  from = here.world,
): Generator<Move> {
  if (mayStill(here.world, what)) yield { ...go(here, does, to, spent(from, what)), kind: 'fault' }
}

export const steps: Readonly<Record<string, (here: Here) => Generator<Move>>> = {
  *idle(here) {
    const { world, chart, me, protocol, bounds } = here
    if (isCutting(me)) return
    const { name, context } = chart.facts(world.video)
    const attempt = attemptOf(context.attempt?.id)
    const asks =
      name === 'FINALIZING.RECONCILING'
        ? context.reconcile?.node === nodeOf(me) && context.reconcile.id
        : name === 'FINALIZING.COMMITTING' && world.unsettled[me >> 1] === attempt && nameOf(attempt)
    if (asks !== false) {
      const look = at(idle, 'look', { attempt, speaks: asks, ends: attempt, then: 'verdict' })
      yield go(here, `sees that it is to ask for ${nameOf(attempt)}`, look)
    }
    if (!protocol.endsSessions || (bounds.reduced && (world.lives[1] === 'up') !== (nodeOf(me) === 'B'))) return
    for (const [left, { session }] of world.uploads.entries()) {
      if (session !== 'open' || !isStray(here, left)) continue
      const look = at(idle, 'look', { ends: left, then: 'idle' })
      yield go(here, `sees that the session of ${nameOf(left)} is still open`, look)
    }
  },

  *earlier(here) {
    const { world, thread, protocol } = here
    const { attempt, ends } = thread
    const next = world.uploads.findIndex(({ session }, n) => session === 'open' && n !== attempt && n > ends)
    if (next >= 0 && protocol.endsSessions) {
      const look = at(thread, 'look', { ends: next, then: 'earlier' })
      return yield go(here, `finds that the session of ${nameOf(next)} is open`, look)
    }
    const ready: Thread = { ...thread, ends: -1, then: '' }
    // published again, it would be there twice
    const isFound = world.edit.found.some((other) => world.uploads[other]?.edit === world.uploads[attempt]?.edit)
    yield isFound
      ? go(here, 'reads in the log that it is published already', concluded(ready, 'fail'))
      : go(here, 'reads in the log that nobody has found it published', at(ready, 'open'))
  },

  *open(here) {
    const { world, thread } = here
    const open = withUpload(world, thread.attempt, { is: 'open' })
    yield go(here, 'opens a session', at(thread, 'UploadOpened', { opened: true }), open)
    yield* orGoWrong(here, 'failure', 'cannot open a session', concluded(thread, 'retry'))
  },

  /** All but the last bytes; then it says FinalizeStarted. */
  *send(here) {
    const { world, thread, protocol, chart } = here
    if (thread.again) return
    if (!protocol.announcesLastBytes) yield go(here, 'sends all but the last bytes', at(thread, 'last bytes'))
    const { holder } = chart.facts(world.video)
    if (holder !== thread.speaks) yield go(here, 'hears that its attempt is over', concluded(thread, 'over'))
    yield* orGoWrong(here, 'failure', 'cannot go on sending', concluded(thread, 'retry'))
    yield* orGoWrong(here, 'failure', 'cannot cut it', concluded(thread, 'fail'))
  },

  *'last bytes'(here) {
    const { world, thread } = here
    const upload = world.uploads[thread.attempt]
    const arrives = upload?.is === 'open' && !upload.forgotten
    const sent = withUpload(world, thread.attempt, { lastBytesUnderWay: arrives })
    yield go(here, 'sends the last bytes', at(thread, 'answer'), sent)
  },

  *answer(here) {
    const { world, thread } = here
    if (world.uploads[thread.attempt]?.lastBytesUnderWay === false) {
      const isPublished = statusFor(here, thread.attempt) === 'complete'
      yield isPublished
        ? go(here, 'hears that it is published', at(thread, 'Uploaded'))
        : go(here, 'hears that the session is no more', concluded(thread, 'retry'))
    }
    yield* orGoWrong(here, 'loss', 'gets no answer to the last bytes', at(thread, 'resume'))
  },

  *resume(here) {
    const { thread } = here
    const status = statusFor(here, thread.attempt)
    if (status === 'complete') yield go(here, 'asks, and hears that it is published', at(thread, 'Uploaded'))
    if (status === 'incomplete') yield go(here, 'asks, and has to send the last bytes again', at(thread, 'last bytes'))
    // or hears that the session is no more
    yield go(here, 'loses patience with the destination', concluded(thread, 'retry'))
  },

  *conclude(here) {
    const { world, thread, chart } = here
    const { attempt, opened, cause } = thread
    const { holder, context, state } = chart.facts(world.video)
    const end = (then: 'idle' | 'release'): Thread =>
      opened ? at(thread, 'look', { ends: attempt, then }) : afterLooking({ ...thread, then })
    if (cause === 'over') yield go(here, 'stops: its attempt is over', end('idle'))
    else if (holder !== thread.speaks) {
      const isLost = opened && context.attempt?.id === nameOf(attempt)
      yield go(here, 'stops: others decide about its attempt', isLost ? idle : end('idle'))
    } else if (state === 'FINALIZING' && opened)
      yield go(here, 'sees that it was finalizing', at(thread, 'look', { ends: attempt, then: 'verdict' }))
    else yield go(here, 'gives its attempt up', end('release'))
  },

  *look(here) {
    const { thread } = here
    const status = statusFor(here, thread.ends)
    const does = `asks for ${nameOf(thread.ends)}`
    yield status === 'incomplete' ? go(here, `${does}: incomplete`, at(thread, 'abort')) : found(here, does, status)
    yield* unanswered(here, does)
  },

  *abort(here) {
    const { world, thread, protocol } = here
    const does = `aborts ${nameOf(thread.ends)}`
    const aborted = withAbort(world, thread.ends)
    const late = withUpload(world, thread.ends, { abortUnderWay: true })
    yield go(here, does, at(thread, 'look again'), aborted)
    if (protocol.confirmsAborts) {
      yield* unanswered(here, `${does}, but the answer is lost`, aborted)
      yield* unanswered(here, `${does}, which may arrive later`, late)
    } else if (mayStill(world, 'loss'))
      yield {
        ...found({ ...here, world: spent(late, 'loss') }, `${does}, which may arrive later`, 'aborted'),
        kind: 'fault',
      }
  },

  *'look again'(here) {
    const does = `asks for ${nameOf(here.thread.ends)} once more`
    yield found(here, does, statusFor(here, here.thread.ends))
    yield* unanswered(here, does)
  },

  *close(here) {
    const { world, thread } = here
    const closed = withUpload(world, thread.ends, { session: 'closed' })
    yield go(here, `closes the session of ${nameOf(thread.ends)} in the database`, afterLooking(thread), closed)
  },
}

function statusFor({ world }: Here, attempt: number): Status {
  const upload = world.uploads[attempt]
  return upload ? statusOf(upload) : 'gone'
}

/** Its attempt is over, and no person is to look first. */
function isStray({ chart, world, bounds }: Here, attempt: number): boolean {
  const { state, context } = chart.facts(world.video)
  if (context.attempt?.id === nameOf(attempt) && ['CLAIMED', 'FINALIZING', 'UNCERTAIN'].includes(state)) return false
  return !(bounds.reduced && world.threads.some(({ step, ends }) => step === 'close' && ends === attempt))
}

/** The destination has answered, now or after an abort. */
function found(here: Here, does: string, status: Status): Move {
  const { thread, protocol } = here
  const { then } = thread
  const say = (step: string): Move => go(here, `${does}: ${status}`, at(thread, step))
  if (then === 'verdict') {
    if (status === 'complete') return say('Uploaded')
    const proves = status === 'aborted' || (status === 'gone' && !protocol.doubtsGone)
    return say(proves ? 'Released with proof' : 'FinalizeUnknown')
  }
  if (status === 'incomplete') return go(here, `${does}: incomplete`, afterLooking(thread))
  if (status === 'aborted') return say('OrphanAborted')
  if (status === 'gone' || !protocol.tellsOrphans) return say('close')
  return say('OrphanFound')
}

/** The destination may be able to tell later; or it refuses to. */
function* unanswered(here: Here, does: string, from = here.world): Generator<Move> {
  const { thread, me } = here
  if (thread.then !== 'verdict') return yield* orGoWrong(here, 'loss', `${does}: no answer`, afterLooking(thread), from)
  const later = isCutting(me) ? { ...from, unsettled: replaced(from.unsettled, me >> 1, thread.attempt) } : from
  yield* orGoWrong(here, 'loss', `${does}: no answer for now`, idle, later)
  yield* orGoWrong(here, 'loss', `${does}: no answer is to be had`, at(thread, 'FinalizeUnknown'), from)
}

function afterLooking(thread: Thread): Thread {
  if (thread.then === 'earlier') return at(thread, 'earlier')
  return thread.then === 'release' ? at(thread, thread.cause === 'fail' ? 'Failed' : 'Released', { then: '' }) : idle
}
