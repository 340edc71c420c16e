/** Footage that was recorded since the page asked for it, for whoever edits while it goes on. */
import { useQueryClient } from '@tanstack/react-query'
import { reaching, type View } from './view.js'

/** @returns what asks for all of the channel's footage anew, and looks as far as it reaches now. */
export function useNewest(channel: string, view: View | null, onView: (view: View) => void): () => void {
  const queries = useQueryClient()
  return () => {
    const longer = view === null ? null : reaching(view, Date.now())
    if (longer !== null && longer !== view) onView(longer)
    for (const queryKey of [
      ['segments', channel],
      ['picture', 'waveform', channel],
    ])
      void queries.invalidateQueries({ queryKey })
  }
}
