/** The made-up videos of the demo: one in each kind of state that the chart has, and enough of them done for a past to look at. */
import { operator, places, Story } from './story.js'

const [ana, ben, chi, dov] = ['demo-ana', 'demo-ben', 'demo-chi', 'demo-dov'] as const
const { alive, dead, archive } = places

/** Kept in motion for as long as a demo runs. */
export const streamingId = 'demo-marathon'
export const retryingId = 'demo-karaoke'

export const youtubeTrouble = 'YouTube answered 503 (backendError): the upload was given up after 5 requests'

/** @param nowMs since 1970, on the database's clock. */
export function stories(nowMs: number): Story[] {
  const story = (id: string, title: string, ago: number) => new Story(id, title, nowMs, ago)
  return [...done(story), ...waiting(story), ...inHand(story), ...inTrouble(story)]
}

type Begin = (id: string, title: string, ago: number) => Story

function done(story: Begin): Story[] {
  const rain = story('demo-rain', 'Rain delay: the bus stops for the first time', 3_100).edited(30, ana)
  rain.claimed(5, dead).opened(0.1, dead)
  rain.happens(3, 'NodeLost', { attempt: rain.attempt, lost: dead, cause: `${dead} is gone: silent for 9 s` })
  const run = story('demo-speedrun', 'Speed run of the credits, with commentary', 2_900).edited(80, dov).claimed(4)
  run.opened().released(2, youtubeTrouble, null)
  const crash = story('demo-crash', 'Crash at 3 a.m.', 1_700).edited(60, ben).published(3, 6, 12)
  const change = { modification: 'demo-crash-1', edit: { video_title: 'Crash at 3 a.m., and how it was mended' } }
  crash.happens(200, 'Modified', change, { actor: chi })
  crash.happens(1, 'Updated', { video_id: crash.videoId, modification: change.modification })
  // cut once more, so that what was published first is left over
  const birthday = story('demo-birthday', 'The driver’s birthday', 1_450).edited(40, ana).published(2, 7, 10)
  birthday.happens(90, 'Reset', { force: true, reason: 'the song at the end is missing' }, { actor: operator })
  return [
    story('demo-opening', 'Opening ceremony and the first song', 4_390).edited(35, ana).published(4, 6, 11),
    story('demo-quilt', 'The raffle: who wins the quilt', 4_300).drafted(20, ben).edited(15, ben).published(3, 9, 14),
    story('demo-poem', 'A donor reads a poem about the desert', 3_900)
      .edited(50, chi)
      .happens(1, 'Warned', { kind: 'holes', message: 'no node has 4.0 s of its footage' })
      .published(30, 5, 9),
    rain.published(0.5, 8, 15),
    run.published(2, 6, 21),
    story(
      'demo-duet',
      'An interview that turns into a duet, and then into an argument about the right way to make tea',
      1_900,
    )
      .edited(22, chi)
      .published(6, 14, 25),
    crash,
    birthday.edited(6, ana).published(2, 7, 11),
    story('demo-call', 'Guest call from the control room', 820).edited(25, dov).published(5, 9, 18),
    story('demo-morning', 'Good morning, and the weather', 300)
      .edited(20, ben, { upload_location: archive })
      .claimed(2)
      .opened()
      .finalizing(4)
      .uploaded(0.1, { processing: false }),
    story('demo-puppets', 'The puppets take over the wheel', 58).edited(10, ana).published(1, 5, 8),
  ]
}

function waiting(story: Begin): Story[] {
  const reset = story('demo-trivia', 'Trivia about buses, round two', 260).edited(20, dov).claimed(3).opened()
  reset.happens(2, 'Reset', { force: false, reason: 'the range begins a question too late' }, { actor: operator })
  const retrying = story(retryingId, 'Karaoke with the control room', 120).edited(30, ben).claimed(2).opened()
  retrying.released(3, youtubeTrouble, null).claimed(12).opened()
  return [
    story('demo-sunset', 'Sunset over the dashboard', 190),
    story('demo-knitting', 'Knitting, a lesson', 9),
    story('demo-limerick', 'Limericks from the chat', 75).drafted(66, chi),
    reset,
    story('demo-hats', 'Everybody gets a hat', 50).edited(44, ana),
    story('demo-magic', 'A card trick, seen from below', 140)
      .edited(60, dov)
      .happens(1, 'Warned', {
        kind: 'holes',
        message: `no node has all of its footage: ${alive} lacks 4.0 s of ${places.channel}/source`,
      }),
    retrying.released(48, youtubeTrouble, retrying.fromNow(25)),
    story('demo-week', 'The whole first week, for the archive', 100).edited(40, ben, { upload_location: archive }),
  ]
}

function inHand(story: Begin): Story[] {
  const asked = story('demo-tunnel', 'Through the tunnel without a light', 105).edited(30, chi).claimed(4, dead)
  asked.opened(0.1, dead).finalizing(27, dead)
  const { attempt } = asked
  asked.happens(0.5, 'NodeLost', { attempt, lost: dead, cause: `${dead} is gone: silent for 9 s` })
  asked.happens(0.1, 'ReconcileClaimed', { attempt, reconcile: 'demo-tunnel-asks-1' })
  const modified = story('demo-lasers', 'Lasers, and why not to', 1_000).edited(45, dov).published(3, 8, 12)
  const edit = { video_title: 'Lasers, and why not to, part 1' }
  return [
    story('demo-dance', 'The dance that was promised at a million', 66).edited(50, ana).claimed(15),
    story(streamingId, 'A marathon of a sketch', 88).edited(70, ben).claimed(14).opened(),
    story('demo-chorus', 'A chorus of horns', 45).edited(38, chi).claimed(1).opened().finalizing(5.6),
    asked,
    story('demo-auction', 'The auction of the year', 70)
      .edited(30, dov)
      .claimed(3)
      .opened()
      .finalizing(11)
      .uploaded(0.2),
    modified.happens(929, 'Modified', { modification: 'demo-lasers-1', edit }, { actor: ana }),
  ]
}

function inTrouble(story: Begin): Story[] {
  const exhausted = story('demo-fog', 'Fog, and the sound of fog', 800).edited(35, ben)
  for (const minutes of [4, 6, 11]) exhausted.claimed(minutes).opened().released(2, youtubeTrouble, null)
  const uncertain = story('demo-cake', 'The cake that did not fit', 420)
    .edited(25, chi)
    .claimed(3)
    .opened()
    .finalizing(8)
  const rejected = story('demo-radio', 'What was on the radio', 1_350).edited(55, ana).published(4, 7, 13)
  const unshown = story('demo-poster', 'The poster is unveiled', 330).edited(20, dov).claimed(2).opened().finalizing(6)
  unshown.uploaded(0.1)
  return [
    story('demo-sparks', 'Sparks from the left speaker', 230)
      .edited(40, chi)
      .claimed(2)
      .opened()
      .failed(1, 'a segment is damaged: its content has another hash than its name, 04:12.034 of 17:00 UTC'),
    exhausted,
    uncertain.happens(4, 'FinalizeUnknown', {
      attempt: uncertain.attempt,
      cause: 'YouTube knows nothing of the upload any more, and lists no video of its name',
    }),
    rejected.happens(640, 'Rejected', { video_id: rejected.videoId, cause: 'YouTube refuses it (copyright)' }),
    unshown
      .happens(3, 'ThumbnailFailed', {
        video_id: unshown.videoId,
        cause: 'the thumbnail is refused: it has 2.4 MiB, 2 MiB are allowed',
      })
      .processed(6),
  ]
}
