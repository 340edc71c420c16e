/** Every route that is declared. A new group stands here, and nowhere else. */
import { boardRoutes } from './api/board.js'
import { bulkRoutes } from './api/bulk.js'
import { commandRoutes } from './api/commands.js'
import { videoRoutes } from './api/videos.js'
import { whyRoutes } from './api/why.js'
import { eventStreamRoutes } from './eventStream.js'
import { healthRoutes } from './healthRoutes.js'
import { openApiRoutes } from './openapi/routes.js'
import { restreamerRoutes } from './restreamer/restreamer.js'
import type { Route } from './route.js'

export const routes: readonly Route[] = [
  ...healthRoutes,
  ...boardRoutes,
  ...videoRoutes,
  ...whyRoutes,
  ...commandRoutes,
  ...bulkRoutes,
  ...eventStreamRoutes,
  ...openApiRoutes(() => routes),
  ...restreamerRoutes,
]
