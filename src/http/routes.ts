/** Every route that is declared. A new group stands here, and nowhere else. */
import { boardRoutes } from './api/board.js'
import { bySourceRoutes } from './api/bySource.js'
import { playlistRoutes } from './api/playlists.js'
import { videoRoutes } from './api/videos.js'
import { eventStreamRoutes } from './eventStream.js'
import { healthRoutes } from './healthRoutes.js'
import { restreamerRoutes } from './restreamer/restreamer.js'
import type { Route } from './route.js'
import { thrimshimRoutes } from './thrimshim/thrimshim.js'

export const routes: readonly Route[] = [
  ...healthRoutes,
  ...boardRoutes,
  ...videoRoutes,
  ...bySourceRoutes,
  ...playlistRoutes,
  ...eventStreamRoutes,
  ...thrimshimRoutes,
  ...restreamerRoutes,
]
