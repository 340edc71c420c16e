/**
 * The connection to the node's events. It goes on where it was after whatever has cut it off, and says honestly whether what came
 * is up to date.
 */
import { openStream } from '../api.js'
import { ApiError } from '../asking.js'
import { messages } from './messages.js'

/** The node says something at least every 15 s: after so long in silence the connection is dead, whatever the browser believes. */
const silenceMs = 40_000
const firstPauseMs = 1_000
const longestPauseMs = 5_000

export interface Listener {
  onEvent(json: string, id: string): void
  onCounts(json: string): void
  onAttention(json: string): void
  onProgress(json: string): void
  /** The log is another one: nothing that came before is part of it. */
  onRestart(): void
  /** @param why null while it is live. */
  onStanding(live: boolean, why: string | null): void
}

/** Connects until `signal` is aborted. `after` says where to go on; null for the newest events. */
export async function connect(listener: Listener, after: () => string | null, signal: AbortSignal): Promise<void> {
  let pauseMs = firstPauseMs
  while (!signal.aborted) {
    const why = await connectOnce(listener, after, signal, () => (pauseMs = firstPauseMs))
    if (signal.aborted) return
    listener.onStanding(false, why ?? 'the node does not answer')
    // many pages lose a node at once: they shall not all come back at once
    await pause(pauseMs * (0.75 + Math.random() / 2), signal)
    pauseMs = Math.min(longestPauseMs, pauseMs * 2)
  }
}

/** @returns why it is over; null where nothing more is known than that nobody answers. */
async function connectOnce(
  listener: Listener,
  after: () => string | null,
  signal: AbortSignal,
  onAnswer: () => void,
): Promise<string | null> {
  const giving = new AbortController()
  const until = AbortSignal.any([signal, giving.signal])
  let silence = setTimeout(() => giving.abort(), silenceMs)
  const heard = (): void => {
    clearTimeout(silence)
    silence = setTimeout(() => giving.abort(), silenceMs)
  }
  try {
    const body = await openStream(after(), until)
    onAnswer()
    for await (const { kind, data, id } of messages(body, heard)) take(listener, kind, data, id)
    return null
  } catch (error) {
    return error instanceof ApiError ? error.message : null
  } finally {
    clearTimeout(silence)
    giving.abort()
  }
}

function take(listener: Listener, kind: string, data: string, id: string | null): void {
  if (kind === 'message' && id !== null) listener.onEvent(data, id)
  if (kind === 'counts') listener.onCounts(data)
  if (kind === 'attention') listener.onAttention(data)
  if (kind === 'progress') listener.onProgress(data)
  if (kind === 'restart') listener.onRestart()
  if (kind === 'standing') {
    const { live, why } = JSON.parse(data) as { live: boolean; why: string | null }
    listener.onStanding(live, why)
  }
}

/** Ends early when the machine is connected again, or wakes up. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      removeEventListener('online', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    addEventListener('online', done)
    signal.addEventListener('abort', done)
  })
