/** The board as it is now. Its counts come with the events; what else there is of it is asked again when something has happened. */
import { useMemo } from 'react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { BoardNow } from '../../http/api/board.js'
import { api } from '../api.js'
import { type ChartFigures, noFigures } from '../chart/figures.js'
import { useFresh } from '../live/useFresh.js'
import { stateOf, useMachine } from '../machine.js'
import { useNow } from '../settings/clock.js'
import { figuresOf } from './liveFigures.js'

const key = ['board', 'now']
/** That a node has fallen silent, or that an hour is over, no event says. */
const everyMs = 5_000
const freshMs = 2_000
const agesMs = 5_000

export const boardNow = queryOptions({ queryKey: key, queryFn: ({ signal }) => api.board(signal) })

export function useBoard() {
  const asked = useQuery({ ...boardNow, refetchInterval: everyMs })
  useFresh(key, () => true, freshMs)
  return asked
}

export function useFigures(board: BoardNow | undefined): ChartFigures {
  const machine = useMachine()
  const nowMs = useNow(agesMs)
  return useMemo(
    () => (board === undefined ? noFigures : figuresOf(board, (state) => stateOf(machine, state)?.meta, nowMs)),
    [board, machine, nowMs],
  )
}
