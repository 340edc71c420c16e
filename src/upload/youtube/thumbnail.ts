/** The picture that is shown for a video (https://developers.google.com/youtube/v3/docs/thumbnails/set); about 50 units of quota. */
import type { Image } from '../backend.js'
import type { Api } from './api.js'
import { YoutubeError } from './errors.js'

/** Throws a YoutubeError. @returns false where there is no such video. */
export async function setThumbnail(api: Api, id: string, { contentType, content }: Image): Promise<boolean> {
  try {
    await api.call('a thumbnail', {
      method: 'POST',
      url: `${api.root}/upload/youtube/v3/thumbnails/set?uploadType=media&videoId=${encodeURIComponent(id)}`,
      headers: { 'Content-Type': contentType },
      body: [content],
    })
    return true
  } catch (error) {
    if (error instanceof YoutubeError && error.status === 404) return false
    throw error
  }
}
