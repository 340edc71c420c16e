/** A webhook as the configuration names it. */

/** What a webhook may be told of: videos that are playable, and whatever needs a person. */
export type Kind = 'done' | 'attention'

export interface Webhook {
  readonly name: string
  /** `http:` or `https:`. With some services its query is as good as a password, so no message to people has it. */
  readonly url: string
  /** The file of the secret that messages are signed with; null where they go out unsigned. */
  readonly secretFile: string | null
  readonly on: readonly Kind[]
  /** Only these locations and their videos; null for all. */
  readonly locations: readonly string[] | null
}
