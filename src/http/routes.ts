/** Every route that is declared. A new group stands here, and nowhere else. */
import { aboutRoutes } from './api/about.js'
import { boardRoutes } from './api/board.js'
import { pictureRoutes } from './api/picture.js'
import { videoRoutes } from './api/videos.js'
import { eventStreamRoutes } from './eventStream.js'
import { healthRoutes } from './healthRoutes.js'
import { restreamerRoutes } from './restreamer/restreamer.js'
import type { Route } from './route.js'

export const routes: readonly Route[] = [
  ...healthRoutes,
  ...aboutRoutes,
  ...boardRoutes,
  ...pictureRoutes,
  ...videoRoutes,
  ...eventStreamRoutes,
  ...restreamerRoutes,
]
