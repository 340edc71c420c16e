import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type FfmpegProgress, parseProgress } from '../../src/cut/ffmpegProgress.js'

/** As ffmpeg 5.1 writes it. */
const LINES = `frame=0
fps=0.00
stream_0_0_q=0.0
bitrate=N/A
total_size=0
out_time_us=N/A
out_time_ms=N/A
out_time=N/A
dup_frames=0
drop_frames=0
speed=N/A
progress=continue
frame=61
fps=58.25
stream_0_0_q=-1.0
bitrate= 612.4kbits/s
total_size=225788
out_time_us=2949333
out_time_ms=2949333
out_time=00:00:02.949333
dup_frames=0
drop_frames=0
speed=2.82x
progress=end
`
const REPORTS: FfmpegProgress[] = [
  { frames: 0, outSeconds: undefined, ended: false },
  { frames: 61, outSeconds: 2.949333, ended: true },
]

describe("ffmpeg's progress", () => {
  it('is read from its reports', () => {
    assert.deepEqual(parseProgress('', LINES), { reports: REPORTS, rest: '' })
  })

  it('is the same wherever the pipe breaks the text', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(LINES.length), { maxLength: 6 }), (breaks) => {
        const places = [0, ...breaks.sort((a, b) => a - b), LINES.length]
        const reports: FfmpegProgress[] = []
        let rest = ''
        places.slice(1).forEach((place, index) => {
          const parsed = parseProgress(rest, LINES.slice(places[index], place))
          reports.push(...parsed.reports)
          rest = parsed.rest
        })
        assert.deepEqual({ reports, rest }, { reports: REPORTS, rest: '' })
      }),
    )
  })
})
