/** The configured locations, each with its backend. */
import { containers } from '../cut/encoding.js'
import type { Location } from '../effects/location.js'
import type { OfferedLocation } from '../log/nodes.js'
import { localBackend } from '../upload/local.js'
import type { Configuration } from './configuration.js'

const defaultAttempts = 5

export function openLocations({ locations }: Configuration): ReadonlyMap<string, Location> {
  return new Map(
    Object.entries(locations).map(([name, location]) => [
      name,
      {
        name,
        type: location.type,
        cut: location.cut === undefined || location.cut === 'smart' ? 'fast' : location.cut,
        extension: containers[location.container ?? 'mpegts'].extension,
        attemptsLimit: location.attempts ?? defaultAttempts,
        encoding: {
          full: {
            ...(location.container && { container: location.container }),
            ...(location.video_encoder && { videoEncoder: location.video_encoder }),
            ...(location.audio_encoder && { audioEncoder: location.audio_encoder }),
            ...(location.keyframe_seconds && { keyframeSeconds: location.keyframe_seconds }),
          },
        },
        backend: localBackend({
          path: location.path,
          ...(location.url_prefix !== undefined && { urlPrefix: location.url_prefix }),
        }),
      },
    ]),
  )
}

/** What a node tells the others of its locations. */
export const offer = (locations: ReadonlyMap<string, Location>): Record<string, OfferedLocation> =>
  Object.fromEntries([...locations].map(([name, { type, cut }]) => [name, { type, cut }]))
