/** Carrying a command out, and all that belongs to it: what is shown is asked anew at once, and the way back is looked for. */
import { useQueryClient } from '@tanstack/react-query'
import type { WouldBe } from '../answers.js'
import { api } from '../api.js'
import { useMachine } from '../machine.js'
import { type Act, noteAct, offerWayBack } from './acts.js'
import { findWayBack } from './wayBack.js'

export interface Doing extends Pick<Act, 'video' | 'title' | 'event' | 'forced' | 'from'> {
  readonly body: unknown
  readonly expected: number
  /** As the preview had them. */
  readonly changes: WouldBe['changes']
}

/** What an event of a video makes old, of all that is asked. */
export const staleAfter = (video: string | null): readonly (readonly string[])[] => [
  ...[['videos'], ['attention']],
  ...(video === null
    ? [['video'], ['why']]
    : [
        ['video', video],
        ['why', video],
      ]),
]

/** @throws ApiError where it is refused; nothing has happened then. */
export function useAct(): (doing: Doing) => Promise<void> {
  const client = useQueryClient()
  const machine = useMachine()
  return async ({ video, title, event, forced, from, body, expected, changes }) => {
    const { state, version } = await api.act(video, event, body, expected)
    const act = noteAct({ video, title, event, forced, from, state, version })
    void Promise.all(staleAfter(video).map((queryKey) => client.invalidateQueries({ queryKey })))
    if (machine === undefined) return
    // the command has been carried out: where this fails, no way back is offered, and that is all
    findWayBack(machine, { id: video, event, from, state, version, changes }).then(
      (back) => offerWayBack(act.key, back),
      () => undefined,
    )
  }
}
