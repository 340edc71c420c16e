/** A playlist that the page has already: the player is given it without asking the node once more. */
import type { HlsConfig, LoaderCallbacks, LoaderConfiguration, LoaderContext, LoaderStats } from 'hls.js'

type PlaylistLoader = NonNullable<HlsConfig['pLoader']>

const nothing = () => ({ start: 0, first: 0, end: 0 })

/** A loader that answers whatever is asked for with `playlist`. */
export function inHand(playlist: string): PlaylistLoader {
  class InHand {
    context = null
    readonly stats: LoaderStats = {
      ...{ aborted: false, loaded: playlist.length, total: playlist.length, retry: 0, chunkCount: 0, bwEstimate: 0 },
      ...{ loading: nothing(), parsing: { start: 0, end: 0 }, buffering: nothing() },
    }
    #isOver = false
    load(context: LoaderContext, _: LoaderConfiguration, { onSuccess }: LoaderCallbacks<LoaderContext>): void {
      queueMicrotask(() => {
        if (!this.#isOver) onSuccess({ url: context.url, data: playlist }, this.stats, context, null)
      })
    }
    abort(): void {
      this.#isOver = true
    }
    destroy(): void {
      this.#isOver = true
    }
  }
  return InHand
}
