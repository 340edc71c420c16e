/** The connection to the node's events. It says honestly whether what is shown is up to date. */

/** The node says something at least every 15 s: after so long in silence the connection is dead, whatever the browser believes. */
const silenceMs = 40_000
const againMs = 3_000

/**
 * @param {{
 *   onEvent: (event: object) => void,
 *   onCounts: (counts: Record<string, number>) => void,
 *   onProgress: (cuts: object[]) => void,
 *   onRestart: () => void,
 *   onStanding: (live: boolean, why: string | null) => void,
 * }} listener
 */
export function listenToEvents({ onEvent, onCounts, onProgress, onRestart, onStanding }) {
  let source = null
  let last = null
  let silence = 0
  let again = 0

  const heard = () => {
    clearTimeout(silence)
    silence = setTimeout(reconnect, silenceMs)
  }
  const reconnect = () => {
    source?.close()
    clearTimeout(again)
    onStanding(false, null)
    connect()
  }
  const on = (kind, take) =>
    source.addEventListener(kind, ({ data, lastEventId }) => {
      heard()
      take(JSON.parse(data), lastEventId)
    })

  function connect() {
    source = new EventSource(last === null ? '/api/stream?back=50' : `/api/stream?after=${encodeURIComponent(last)}`)
    heard()
    on('message', (event, id) => {
      last = id
      onEvent(event)
    })
    on('counts', onCounts)
    on('progress', onProgress)
    on('restart', () => {
      last = null
      onRestart()
    })
    on('standing', ({ live, why }) => onStanding(live, why))
    source.addEventListener('error', () => {
      onStanding(false, null)
      // where the node answered with an error the browser does not try again by itself
      if (source.readyState === EventSource.CLOSED) {
        clearTimeout(again)
        again = setTimeout(reconnect, againMs)
      }
    })
  }
  connect()
  // a computer that has slept finds a connection that only looks alive
  addEventListener('online', reconnect)
  addEventListener('pageshow', ({ persisted }) => persisted && reconnect())
}
