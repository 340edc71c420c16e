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

/** What needs a person, as the page of what does lists it: a video that has left something behind may be there twice. */
export interface Needy {
  readonly all: number
  readonly errors: number
  readonly warnings: number
  readonly orphans: number
}

/** How many need a person; null while it is not known. */
export function useNeedy(): Needy | null {
  const machine = useMachine()
  const inError = errorStates(machine).map(({ id }) => id)
  const errors = useLive(({ counts }) => inError.reduce((sum, id) => sum + (counts[id] ?? 0), 0))
  const beside = useLive(({ standing, besideErrors }) => (standing.hasBeenLive ? besideErrors : null))
  if (machine === undefined || beside === null) return null
  const { warnings, orphans } = beside
  return { all: errors + warnings + orphans, errors, warnings, orphans }
}
