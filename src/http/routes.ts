/** Every route that is declared. A new group stands here, and nowhere else. */
import { aboutRoutes } from './api/about.js'
import { attentionRoutes } from './api/attention.js'
import { boardRoutes } from './api/board.js'
import { coverageRoutes } from './api/coverage.js'
import { instantRoutes } from './api/instant.js'
import { fleetRoutes } from './api/fleet.js'
import { editingRoutes } from './api/editing.js'
import { locationRoutes } from './api/locations.js'
import { logRoutes } from './api/log.js'
import { meRoutes } from './api/me.js'
import { receiptRoutes } from './api/receipt.js'
import { bySourceRoutes } from './api/bySource.js'
import { playlistRoutes } from './api/playlists.js'
import { pictureRoutes } from './api/picture.js'
import { videoRoutes } from './api/videos.js'
import { mapRoutes } from './coverage/mapRoutes.js'
import { eventStreamRoutes } from './eventStream.js'
import { healthRoutes } from './healthRoutes.js'
import { metricsRoutes } from './metrics/metricsRoutes.js'
import { readyRoutes } from './readyRoutes.js'
import { bulkRoutes } from './api/bulk.js'
import { commandRoutes } from './api/commands.js'
import { whyRoutes } from './api/why.js'
import { openApiRoutes } from './openapi/routes.js'
import { restreamerRoutes } from './restreamer/restreamer.js'
import type { Route } from './route.js'
import { thrimshimRoutes } from './thrimshim/thrimshim.js'

export const routes: readonly Route[] = [
  ...healthRoutes,
  ...readyRoutes,
  ...metricsRoutes,
  ...aboutRoutes,
  ...meRoutes,
  ...boardRoutes,
  ...pictureRoutes,
  ...instantRoutes,
  ...videoRoutes,
  ...receiptRoutes,
  ...editingRoutes,
  ...attentionRoutes,
  ...locationRoutes,
  ...fleetRoutes,
  ...logRoutes,
  ...bySourceRoutes,
  ...playlistRoutes,
  ...eventStreamRoutes,
  ...thrimshimRoutes,
  ...whyRoutes,
  ...commandRoutes,
  ...bulkRoutes,
  ...openApiRoutes(() => routes),
  ...restreamerRoutes,
  ...coverageRoutes,
  ...mapRoutes,
]
