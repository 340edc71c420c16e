/** Why an ingest could not begin or go on. `message` is for people and says what to do. */
export interface IngestError {
  readonly _tag:
    | 'StartNeeded' // the source doesn't say when it was recorded, and nobody else did
    | 'SourceUnreadable' // not there, not reachable, or neither a video nor a playlist
    | 'Unsupported' // a playlist with something that segments can't be kept as they are with
    | 'BadName' // a channel or quality that can't be a folder
    | 'NoFfmpeg' // it isn't there; only a plain video file needs it
    | 'CannotWrite' // the disk, or ffmpeg, refuses
  readonly message: string
}

/** Carries an IngestError up to `ingest`, which returns it; never leaves this folder. */
export class IngestFailure extends Error {
  override readonly name = 'IngestFailure'
  readonly error: IngestError

  constructor(tag: IngestError['_tag'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.error = { _tag: tag, message }
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** A source without a time of its own, and nobody gave one. */
export function startNeeded(source: string): IngestFailure {
  const example = '--start 2026-01-01T00:00:00Z'
  return new IngestFailure('StartNeeded', `${source} doesn't say when it begins: give its start time, as in ${example}`)
}
