/**
 * One command to many videos: first what would come of it, then, once somebody has said yes to that, the command itself, to exactly those
 * videos that were shown. Where something else would come of it by then, nothing is done, and it is shown anew.
 */
import { useEffect, useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { BulkAsked, BulkEnd, BulkRow } from '../answers.js'
import { api } from '../api.js'
import { ApiError } from '../asking.js'
import { staleAfter } from '../remedies/useAct.js'

export type Stage =
  | { readonly at: 'nothing' }
  | { readonly at: 'asking' | 'acting'; readonly rows: readonly BulkRow[] }
  /** `again`: something else would come of it than was shown before. */
  | {
      readonly at: 'shown'
      readonly rows: readonly BulkRow[]
      readonly token: string
      readonly again: boolean
      readonly body: unknown
    }
  /** `end` is null where the answer was cut off. */
  | { readonly at: 'done'; readonly rows: readonly BulkRow[]; readonly end: BulkEnd | null }
  /** `isTrial`: it was only asked what would come of it. */
  | { readonly at: 'refused'; readonly error: unknown; readonly isTrial: boolean }

export interface BulkHandle {
  readonly stage: Stage
  readonly ask: (asked: BulkAsked) => void
  readonly act: () => void
}

const tellEveryMs = 100

export function useBulk(event: string): BulkHandle {
  const [stage, setStage] = useState<Stage>({ at: 'nothing' })
  const client = useQueryClient()
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  /** What comes is shown some times a second, however fast it comes. */
  async function send(asked: BulkAsked, dryRun: boolean, signal: AbortSignal) {
    const at = dryRun ? 'asking' : 'acting'
    const rows: BulkRow[] = []
    setStage({ at, rows: [] })
    const telling = setInterval(() => setStage({ at, rows: [...rows] }), tellEveryMs)
    try {
      return { rows, end: await api.toMany({ event, dryRun, ...asked }, (row) => void rows.push(row), signal) }
    } finally {
      clearInterval(telling)
    }
  }

  function begin(isTrial: boolean, work: (signal: AbortSignal) => Promise<Stage>): void {
    running.current?.abort()
    const own = new AbortController()
    running.current = own
    work(own.signal).then(
      (next) => !own.signal.aborted && setStage(next),
      (error: unknown) => !own.signal.aborted && setStage({ at: 'refused', error, isTrial }),
    )
  }

  const ask = (asked: BulkAsked): void =>
    begin(true, async (signal) => {
      const { rows, end } = await send(asked, true, signal)
      if (end?.token === undefined) throw new ApiError(0, 'the answer was cut off')
      return { at: 'shown', rows, token: end.token, again: false, body: asked.body }
    })

  const act = (): void => {
    if (stage.at !== 'shown') return
    const { rows: shown, token, body } = stage
    begin(false, async (signal) => {
      try {
        const { rows, end } = await send({ ids: shown.map(({ id }) => id), body, token }, false, signal)
        return { at: 'done', rows, end }
      } catch (error) {
        const said = error instanceof ApiError && error.status === 412 ? error.answer : {}
        if (typeof said['token'] !== 'string') throw error
        return { at: 'shown', rows: said['rows'] as readonly BulkRow[], token: said['token'], again: true, body }
      } finally {
        for (const queryKey of staleAfter(null)) void client.invalidateQueries({ queryKey })
      }
    })
  }
  return { stage, ask, act }
}
