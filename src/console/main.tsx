/** The console: what operators see of the node, in a browser. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { Router } from 'wouter'
import { App } from './App.js'
import { ApiError } from './asking.js'
import { askBeforeLeaving, askingNavigation } from './edit/leaving.js'
import { LiveStore } from './live/store.js'
import { LiveContext } from './live/useLive.js'
import { beginSession } from './session/session.js'
import { applyTheme } from './settings/theme.js'
import './style/tokens.css'
import './style/base.css'
import './style/shell.css'
import './style/chart.css'
import './style/lists.css'
import './style/past.css'
import './style/fleet.css'
import './style/video.css'
import './style/remedies.css'
import './style/filters.css'

applyTheme()
beginSession()
askBeforeLeaving()

const store = new LiveStore()
store.start(new AbortController().signal)

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // what may have changed the events tell
      staleTime: 5_000,
      // a node of the same machine answers where the browser believes itself offline
      networkMode: 'always',
      // what the node refuses it refuses again
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
    },
  },
})

createRoot(document.getElementById('console') ?? document.body).render(
  <StrictMode>
    <LiveContext value={store}>
      <QueryClientProvider client={queries}>
        <Router aroundNav={askingNavigation}>
          <App />
        </Router>
      </QueryClientProvider>
    </LiveContext>
  </StrictMode>,
)
