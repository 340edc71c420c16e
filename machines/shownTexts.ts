/**
 * What stands around an editor's title and description where viewers see them: the event's name before the title; chapters, playlists,
 * the thumbnail's author and a footer after the description. The forms are wubloader's, so that its rows can be taken over.
 */
import { type ChapterMarker, chapterLine } from './chapters.js'
import { type Draft, utf8Bytes } from './edit.js'
import type { Playlist } from './playlist.js'
import type { FieldProblem } from './problems.js'

/** What an editor writes. */
export interface BareTexts {
  readonly title: string
  readonly description: string
}

/** What is configured to be put on. Each is empty where there is nothing. */
export interface Wording {
  readonly title_prefix: string
  readonly description_footer: string
}

export interface PutOn extends Wording {
  readonly chapters: readonly ChapterMarker[]
  /** Those that the video is in and that are shown. */
  readonly playlists: readonly Pick<Playlist, 'name' | 'playlist_id'>[]
  /** Whose work the thumbnail's template is. Empty where nobody is to be named. */
  readonly credit: string
}

export type ComposedTexts = Required<
  Pick<Draft, 'video_title' | 'video_description' | 'title_header' | 'description_tail' | 'chapter_markers'>
>

export const titleHeader = (prefix: string): string => (prefix === '' ? '' : `${prefix} - `)

const PLAYLISTS = 'This video is part of the following playlists:'
const CREDIT = 'Thumbnail Credit: '

/** What is published of `texts`, and what of it was put on. A title that is still blank gets no header. */
export function composeTexts({ title, description }: BareTexts, putOn: PutOn): ComposedTexts {
  const header = title.trim() === '' ? '' : titleHeader(putOn.title_prefix)
  const lines = tailLines(putOn)
  const tail = lines.length === 0 ? '' : `${description === '' ? '' : '\n\n'}${lines.join('\n')}`
  return {
    video_title: header + title,
    video_description: description + tail,
    title_header: header,
    description_tail: tail,
    chapter_markers: [...putOn.chapters],
  }
}

function tailLines({ chapters, playlists, credit, description_footer: footer }: PutOn): string[] {
  const blocks = [
    chapters.map(chapterLine),
    playlists.length === 0
      ? []
      : [PLAYLISTS, ...playlists.map(({ name, playlist_id }) => `- ${name} [${address(playlist_id ?? '')}]`)],
    [...(credit === '' ? [] : [`${CREDIT}${credit}`]), ...(footer === '' ? [] : [footer])],
  ].filter((block) => block.length > 0)
  return blocks.flatMap((block, i) => (i === 0 ? block : ['', ...block]))
}

const address = (id: string): string => `https://youtube.com/playlist?list=${id}`

/** `problems` of a composed edit, told with what was put on: the editor sees neither header nor tail. */
export const explainComposed = (edit: Draft, problems: readonly FieldProblem[]): FieldProblem[] =>
  problems.map(({ field, found, allowed }) => {
    const { title_header: header = '', description_tail: tail = '' } = edit
    if (field === 'video_title' && header !== '')
      return { field, found: `${found}, with ${JSON.stringify(header)} before it`, allowed }
    if (field === 'video_description' && tail !== '')
      return { field, found: `${found}, with the ${utf8Bytes(tail)} bytes that are put on after it`, allowed }
    return { field, found, allowed }
  })

/**
 * What the editor wrote, of what is published. Where the edit says what was put on, exactly that is taken off, whatever is configured
 * meanwhile; of others, such as those of wubloader, what has its forms.
 */
export function bareTexts(edit: Draft, wording: Wording): BareTexts {
  const { video_title: title = '', video_description: description = '', title_header, description_tail } = edit
  return {
    title:
      title_header !== undefined && title.startsWith(title_header)
        ? title.slice(title_header.length)
        : withoutPrefix(title, titleHeader(wording.title_prefix)),
    description:
      description_tail !== undefined && description.endsWith(description_tail)
        ? description.slice(0, description.length - description_tail.length)
        : withoutForms(description, wording.description_footer),
  }
}

const withoutPrefix = (title: string, header: string): string =>
  title.startsWith(header) ? title.slice(header.length) : title

/** From the end: the footer, the credit, the playlists, each only where it is there, and the blank line before the first of them. */
function withoutForms(description: string, footer: string): string {
  const lines = description.split('\n')
  let end = lines.length
  const footerLines = footer === '' ? [] : footer.split('\n')
  if (footerLines.length > 0 && footerLines.every((line, i) => lines[end - footerLines.length + i] === line))
    end -= footerLines.length
  if (lines[end - 1]?.startsWith(CREDIT)) end--
  end = beforePlaylists(lines, end)
  if (end === lines.length) return description
  if (end === 0) return ''
  // without the blank line they are the editor's own words
  return lines[end - 1] === '' ? lines.slice(0, end - 1).join('\n') : description
}

/** Where the list of playlists begins that ends before `end`; `end` where there is none. */
function beforePlaylists(lines: readonly string[], end: number): number {
  let at = end
  if (lines[at - 1] === '') at--
  const last = at
  while (at > 0 && /^- .* \[https:\/\/youtube\.com\/playlist\?list=[^\]]*\]$/.test(lines[at - 1] ?? '')) at--
  return at < last && lines[at - 1] === PLAYLISTS ? at - 1 : end
}
