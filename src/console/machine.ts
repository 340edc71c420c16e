/** What the chart says of states: asked once, since it changes with the program only. */
import { useQuery } from '@tanstack/react-query'
import type { Machine, MachineState } from '../diagram/json.js'
import type { Colour } from '../../machines/video.js'
import { api } from './api.js'
import { useLive } from './live/useLive.js'

export const useMachine = (): Machine | undefined =>
  useQuery({ queryKey: ['machine'], queryFn: ({ signal }) => api.machine(signal), staleTime: Infinity, retry: true })
    .data

/** The state of `CLAIMED.STREAMING` is `CLAIMED`. */
export const topOf = (state: string): string => state.split('.')[0] ?? state

export const stateOf = (machine: Machine | undefined, state: string): MachineState | undefined =>
  machine?.states.find(({ id }) => id === topOf(state))

export const colourOf = (machine: Machine | undefined, state: string): Colour =>
  stateOf(machine, state)?.meta?.colour ?? 'grey'

export const topStates = (machine: Machine | undefined): readonly MachineState[] =>
  machine?.states.filter(({ parent }) => parent === null) ?? []

/** The states in which a person must look. */
export const errorStates = (machine: Machine | undefined): readonly MachineState[] =>
  topStates(machine).filter(({ meta }) => meta?.error === true)

/** How many videos need a person; null while it is not known. */
export function useNeedy(): number | null {
  const machine = useMachine()
  const errors = errorStates(machine).map(({ id }) => id)
  return useLive(({ counts, standing }) =>
    machine === undefined || !standing.hasBeenLive ? null : errors.reduce((sum, id) => sum + (counts[id] ?? 0), 0),
  )
}
