/** Playlists at the destination, as far as a description mentions them: which videos are in them, their tags tell. */
import * as t from 'io-ts'
import { Flag, NonEmpty, orNull, refined, Text, Texts } from './codecs.js'
import { strictly } from './problems.js'

/** Of a playlist: it stands in paths and on command lines. */
export const PlaylistId = refined(
  t.string,
  'a name of 1 to 100 letters, digits and _ . : -, beginning with a letter or digit',
  (s) => /^[\p{L}\p{N}][\p{L}\p{N}_.:-]{0,99}$/u.test(s),
)

const PlaylistName = refined(
  t.string,
  'a name of 1 to 150 characters on one line, without < and >',
  (s) => s === s.trim() && /^[^<>\p{Cc}]{1,150}$/u.test(s),
)

const AtDestination = refined(t.string, 'the id of a playlist: letters, digits, _ and -', (s) =>
  /^[\w-]{1,100}$/.test(s),
)

const columns = {
  name: PlaylistName,
  description: Text,
  /** The tags that a video in it has, all of them. Null: none is in it; empty: every one. */
  tags: orNull(Texts),
  /** What the destination calls it; null where it isn't there. */
  playlist_id: orNull(AtDestination),
  show_in_description: Flag,
  /** Of the videos in it, where they have none of their own. */
  default_template: orNull(NonEmpty),
}

/** What is left out stays as it is; of a new one, `name` is needed. */
export const PlaylistChange = t.exact(t.partial(columns))
export type PlaylistChange = t.TypeOf<typeof PlaylistChange>

export type PlaylistFields = Required<PlaylistChange>
export interface Playlist extends PlaylistFields {
  readonly id: string
}

export const decodePlaylistChange = (input: unknown) => strictly(PlaylistChange, Object.keys(columns), input)

const caseless = (tags: readonly string[]): Set<string> => new Set(tags.map((tag) => tag.trim().toLowerCase()))

/** Those that a description names: they can be found at the destination, and shall be. */
export const shownPlaylists = (playlists: readonly Playlist[], tags: readonly string[]): Playlist[] =>
  shownByTags(playlists)(tags)

/** As `shownPlaylists`, for the tags of many videos: those of the playlists are looked at once. */
export function shownByTags(playlists: readonly Playlist[]): (tags: readonly string[]) => Playlist[] {
  const shown = playlists.flatMap((playlist) => {
    const { tags, playlist_id, show_in_description } = playlist
    return show_in_description && playlist_id !== null && tags !== null
      ? [{ playlist, needs: [...caseless(tags)] }]
      : []
  })
  return (tags) => {
    const has = caseless(tags)
    return shown.filter(({ needs }) => needs.every((tag) => has.has(tag))).map(({ playlist }) => playlist)
  }
}

/**
 * The template of a video that has none: of the last of its tags that has a playlist of its own with one; else that of the playlist
 * in which every video is.
 */
export function defaultTemplate(playlists: readonly Playlist[], tags: readonly string[]): string | null {
  const withTemplate = playlists.filter(({ default_template }) => default_template !== null)
  const ofTags = (wanted: readonly string[]): string | null => {
    const key = (list: readonly string[]): string => JSON.stringify([...caseless(list)])
    return withTemplate.find((one) => one.tags !== null && key(one.tags) === key(wanted))?.default_template ?? null
  }
  for (const tag of [...tags].reverse()) {
    const template = ofTags([tag])
    if (template !== null) return template
  }
  return ofTags([])
}
