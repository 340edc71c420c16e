/** What operators are told, a line each; and for machines that read it, what it is about. */
export interface About {
  /** Default: `info`. */
  readonly level?: 'info' | 'warn' | 'error'
  /** The part of the node that says it. */
  readonly loop?: string
  readonly video?: string
  readonly attempt?: string
  /** Of the log, where the line tells of one. */
  readonly event?: string
  readonly state?: string
  readonly version?: number
}

export type OnNotice = (line: string, about?: About) => void
