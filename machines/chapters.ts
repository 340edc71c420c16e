/** Chapters of a video: where each begins, and its name. Players find them as lines of the description. */
import * as t from 'io-ts'
import { refined, Text } from './codecs.js'
import type { FieldProblem } from './problems.js'

const Second = refined(t.number, 'seconds into the video, 0 to a million', (n) => n >= 0 && n <= 1e6)

const ChapterMarker = t.tuple([Second, Text], 'a pair [seconds into the video, name]') as t.Type<
  [number, string],
  [number, string],
  unknown
>
export type ChapterMarker = t.TypeOf<typeof ChapterMarker>
export const ChapterMarkers = t.array(ChapterMarker, 'a list of [seconds, name]')

const MOST = 100

/** What is wrong with the chapters as such: each begins later than the one before, and has a name on one line. */
export function checkChapters(chapters: readonly ChapterMarker[]): FieldProblem[] {
  const problems: FieldProblem[] = []
  const refuse = (field: string, found: string, allowed: string) => problems.push({ field, found, allowed })
  if (chapters.length > MOST) refuse('chapter_markers', `${chapters.length} chapters`, `at most ${MOST}`)
  for (const [i, [seconds, name]] of chapters.entries()) {
    const before = chapters[i - 1]
    if (before !== undefined && Math.floor(seconds) <= Math.floor(before[0]))
      refuse(`chapter_markers[${i}]`, `${seconds} s`, `a second later than the one before, here after ${before[0]} s`)
    if (name.trim() === '' || /[<>\p{Cc}]/u.test(name))
      refuse(`chapter_markers[${i}]`, JSON.stringify(name), 'a name on one line, not blank, without < and >')
  }
  return problems
}

/** As players read it: `0:00 Opening`, `1:02:03 The raffle`. Whole seconds: nothing finer is known there. */
export const chapterLine = ([seconds, name]: ChapterMarker): string => `${clock(Math.floor(seconds))} ${name}`

function clock(seconds: number): string {
  const two = (n: number): string => String(n).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
