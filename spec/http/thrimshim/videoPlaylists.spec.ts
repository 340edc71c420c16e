import assert from 'node:assert/strict'
import { type Playlist, shownPlaylists } from '../../../machines/playlist.js'
import { playlistsOfVideos } from '../../../src/http/thrimshim/videoPlaylists.js'

const VIDEOS = 20_000
const playlist = (n: number, over: Partial<Playlist> = {}): Playlist => ({
  ...{ id: `p${n}`, name: `The ${n}.`, description: '', tags: [`tag ${n}`], playlist_id: `PL${n}` },
  ...{ show_in_description: true, default_template: null },
  ...over,
})

describe('The playlists of all videos', () => {
  const playlists = [
    ...Array.from({ length: 50 }, (_, n) => playlist(n)),
    playlist(50, { tags: ['Tag 1', 'TAG 2 '] }),
    playlist(51, { tags: [] }),
    playlist(52, { tags: null }),
    playlist(53, { tags: [], show_in_description: false }),
    playlist(54, { tags: [], playlist_id: null }),
  ]
  const videos = Array.from({ length: VIDEOS }, (_, n) => ({
    id: `v${n}`,
    tags: [`tag ${n % 53}`, ` Tag ${(n + 1) % 53}`, 'other'],
  }))

  it('are those that the description of each names', async () => {
    const found = await playlistsOfVideos(playlists, videos)
    assert.equal(Object.keys(found).length, VIDEOS)
    for (const { id, tags } of videos.slice(0, 100))
      assert.deepEqual(
        found[id],
        shownPlaylists(playlists, tags).map(({ name }) => name),
      )
    assert.deepEqual(found['v1'], ['The 1.', 'The 2.', 'The 50.', 'The 51.'])
    assert.deepEqual(await playlistsOfVideos(playlists.slice(0, 3), [{ id: 'none', tags: [] }]), {})
  })

  it('are found with others at work meanwhile', async () => {
    let turns = 0
    let isOver = false
    const other = (): void => {
      turns++
      if (!isOver) setImmediate(other)
    }
    setImmediate(other)
    await playlistsOfVideos(playlists, videos)
    isOver = true
    assert.ok(turns >= VIDEOS / 1_000, `${turns}`)
  })
})
