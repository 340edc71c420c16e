/** A destination that several nodes upload to, as strict as the model's: what they ask of it is written down, and may be lost. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { CutError } from '../../../src/cut/cut.js'
import {
  type Backend,
  type Published,
  type Reference,
  type Status,
  type UploadError,
  uploadError,
} from '../../../src/upload/backend.js'
import { shortName } from './names.js'
import type { Stage } from './stage.js'

interface Upload {
  is: 'open' | 'complete' | 'cancelled'
  forgotten: boolean
}

const attemptOf = (reference: Reference): string => String(reference['attempt'])
const publishedBy = (attempt: string): Published => ({ video_id: `v-${attempt}`, video_link: `link/${attempt}` })

export class Destination {
  readonly uploads = new Map<string, Upload>()

  constructor(private readonly stage: Stage) {}

  get published(): string[] {
    return [...this.uploads].flatMap(([attempt, { is }]) => (is === 'complete' ? [attempt] : []))
  }

  backend(who: string): Backend {
    const { stage, uploads } = this
    const get = (attempt: string): Upload => uploads.get(attempt) ?? { is: 'open', forgotten: true }
    const change = (attempt: string, is: Upload['is']): void => {
      const upload = get(attempt)
      if (upload.is === 'open' && !upload.forgotten) upload.is = is
    }
    const arrive = (attempt: string): Promise<void> => {
      if (get(attempt).is !== 'open' || get(attempt).forgotten) return Promise.resolve()
      stage.writes('the destination', `gets the last bytes of ${attempt}`)
      change(attempt, 'complete')
      return Promise.resolve()
    }
    const look = (attempt: string, doing: string): Promise<Status> =>
      stage.turn(() => {
        if (stage.goesWrong(0.1)) {
          stage.writes(who, `${doing}: no answer`)
          return Promise.resolve<Status>({ _tag: 'unknown', why: 'no answer', passing: stage.happens(0.6) })
        }
        const { is, forgotten } = get(attempt)
        const status = forgotten ? 'gone' : is === 'open' ? 'incomplete' : is === 'cancelled' ? 'aborted' : is
        stage.writes(who, `${doing}: ${status}`)
        if (status === 'complete') return Promise.resolve<Status>({ _tag: status, published: publishedBy(attempt) })
        return Promise.resolve<Status>(status === 'gone' ? { _tag: status, why: 'gone' } : { _tag: status })
      })

    return {
      processes: false,
      check: () => Promise.resolve(right(undefined)),
      forget: () => Promise.resolve(),
      status: (reference) => look(attemptOf(reference), `asks for ${attemptOf(reference)}`),
      async abort(reference) {
        const attempt = attemptOf(reference)
        const does = `aborts ${attempt}`
        const isHeard = await stage.turn(() => {
          const goesWrong = stage.goesWrong(0.15)
          const isLate = goesWrong && stage.happens(0.5)
          if (isLate)
            stage.later(() => {
              if (get(attempt).is === 'open') stage.writes('the destination', `gets the abort of ${attempt}`)
              change(attempt, 'cancelled')
              return Promise.resolve()
            })
          else change(attempt, 'cancelled')
          const how = isLate ? ', which may arrive later: no answer' : ', but the answer is lost: no answer'
          stage.writes(who, `${does}${goesWrong ? how : ''}`)
          return Promise.resolve(!goesWrong)
        })
        if (isHeard) return look(attempt, `asks for ${attempt} once more`)
        return { _tag: 'unknown', why: 'no answer', passing: stage.happens(0.6) }
      },
      open: (publication) =>
        stage.turn(() => {
          const attempt = shortName(publication.attempt)
          if (stage.goesWrong(0.06)) {
            stage.writes(who, 'cannot open a session')
            return Promise.resolve(left(uploadError('it does not open', true)))
          }
          stage.writes(who, 'opens a session')
          uploads.set(attempt, { is: 'open', forgotten: false })
          const send = () =>
            stage.turn((): Promise<Either<UploadError, void>> => {
              if (!stage.goesWrong(0.08)) return Promise.resolve(right(undefined))
              const isCut = stage.happens(0.5)
              stage.writes(who, isCut ? 'cannot cut it' : 'cannot go on sending')
              if (isCut) throw new CutError('it cannot be cut')
              return Promise.resolve(left(uploadError('it does not go on', true)))
            })
          const finalize = () =>
            stage.turn(async () => {
              stage.writes(who, 'sends the last bytes')
              if (stage.goesWrong(0.2)) {
                stage.writes(who, 'gets no answer to the last bytes')
                if (stage.happens(0.4)) await arrive(attempt)
                else stage.later(() => arrive(attempt))
                return left(uploadError('no answer', true))
              }
              await arrive(attempt)
              const isPublished = get(attempt).is === 'complete' && !get(attempt).forgotten
              return isPublished ? right(publishedBy(attempt)) : left(uploadError('it is no more', true))
            })
          return Promise.resolve(
            right({ reference: { attempt }, destination: null, send, finalize, close: () => Promise.resolve() }),
          )
        }),
    }
  }
}
