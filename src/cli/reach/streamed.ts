/** The events of a node as they happen, by its `/api/stream`: each once and in order, however often the connection is lost. */
import { setTimeout as delay } from 'node:timers/promises'

export interface StreamedEvent {
  /** Its place, which is given back to go on behind it. */
  readonly id: string
  readonly position: string
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly state: string
  readonly actor: string | null
  readonly node: string | null
  /** UTC. */
  readonly recordedAt: string
}

export interface Streaming {
  /** Asks for the stream from behind this place on. Rejects where the node does not answer. */
  readonly open: (after: string, signal: AbortSignal) => Promise<Response>
  /** The error that a person is told; null where the node may do better later. */
  readonly refused: (response: Response) => Promise<Error | null>
  /** The connection is lost, or can't be had, for the first time; it is tried again. */
  readonly onLost: (why: string) => void
  readonly onBack: () => void
}

/** A node that says nothing for so long, not even that it is there (every 15 s), is gone. */
const SILENT_MS = 45_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

/** From behind `after` on, until `signal`. @throws what `refused` makes of an answer that no second try would change. */
export async function* streamed(
  { open, refused, onLost, onBack }: Streaming,
  after: string,
  signal: AbortSignal,
): AsyncGenerator<StreamedEvent, void> {
  let last = after
  let isLost = false
  let pauseMs = FIRST_PAUSE_MS
  while (!signal.aborted) {
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(new Error('it says nothing any more')), SILENT_MS)
    let why = 'it has ended the connection'
    try {
      const response = await open(last, AbortSignal.any([signal, silence.signal]))
      if (response.ok) {
        if (isLost) onBack()
        isLost = false
        pauseMs = FIRST_PAUSE_MS
        for await (const message of messagesOf(response, () => timer.refresh())) {
          if (message.id === null) continue
          last = message.id
          yield JSON.parse(message.data) as StreamedEvent
        }
      } else {
        const error = await refused(response)
        if (error !== null) throw new Refused(error)
        why = `it answers ${response.status}`
      }
    } catch (error) {
      if (error instanceof Refused) throw error.why
      why = error instanceof Error ? reasonOf(error) : String(error)
    } finally {
      clearTimeout(timer)
    }
    if (signal.aborted) return
    if (!isLost) onLost(why)
    isLost = true
    await delay(pauseMs, undefined, { signal }).catch(() => undefined)
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
  }
}

class Refused extends Error {
  constructor(readonly why: Error) {
    super(why.message)
  }
}

const reasonOf = ({ message, cause }: Error): string => (cause instanceof Error && cause.message) || message

interface Message {
  /** null of what stands beside the events: counts, progress. */
  readonly id: string | null
  readonly data: string
}

/** One that was cut off in the middle is none. */
async function* messagesOf(response: Response, onSign: () => void): AsyncGenerator<Message, void> {
  let text = ''
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    onSign()
    const parts = (text + String(chunk)).split('\n\n')
    text = parts.pop() ?? ''
    yield* parts.map(messageOf)
  }
}

function messageOf(part: string): Message {
  const field = (name: string): string | null =>
    part
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? null
  return { id: field('id'), data: field('data') ?? '' }
}
