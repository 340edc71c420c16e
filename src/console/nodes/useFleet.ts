/** The nodes, asked for again and again: a heartbeat is no event, so nobody tells of it. */
import { useRef } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Fleet } from '../answers.js'
import { api } from '../api.js'
import { useFresh } from '../live/useFresh.js'
import { type Mark, mark } from './age.js'
import { paceOf, type Sample, withSample } from './pace.js'

const everyMs = 2_000
const key = ['nodes']

export interface SeenFleet extends Fleet {
  /** Just before it was asked for. */
  readonly asked: Mark
  /** Bytes a second, by video. */
  readonly pace: Readonly<Record<string, number | null>>
}

export function useFleet() {
  const samples = useRef<Readonly<Record<string, readonly Sample[]>>>({})
  useFresh(key)
  return useQuery({
    queryKey: key,
    refetchInterval: everyMs,
    async queryFn({ signal }): Promise<SeenFleet> {
      const asked = mark()
      const fleet = await api.nodes(signal)
      const held = fleet.nodes.flatMap(({ holds }) => holds)
      samples.current = Object.fromEntries(
        held.flatMap(({ video, progress }) =>
          progress === null
            ? []
            : [[video, withSample(samples.current[video] ?? [], { atMs: asked.steadyMs, bytes: progress.bytes })]],
        ),
      )
      const pace = Object.fromEntries(Object.entries(samples.current).map(([video, of]) => [video, paceOf(of)]))
      return { ...fleet, asked, pace }
    },
  })
}
