/** The frame around every page: how all is, where one can go, and how things are shown. */
import { Suspense, useEffect, useRef, useState } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { ErrorBoundary } from './components/ErrorBoundary.js'
import { Loading } from './components/Said.js'
import { KeysHelp } from './keys/KeysHelp.js'
import { listenToKeys, useKeys } from './keys/keys.js'
import { navigation, pages } from './pages.js'
import { NoSuchPage } from './pages/NoSuchPage.js'
import { SignIn } from './session/SignIn.js'
import { TimeFormatContext, useChosenTimeFormat } from './settings/time.js'
import { CutOff } from './shell/CutOff.js'
import { DemoBanner } from './shell/DemoBanner.js'
import { Header } from './shell/Header.js'
import { WindowTitle } from './shell/WindowTitle.js'

export function App() {
  const [path, navigate] = useLocation()
  const [showsKeys, setShowsKeys] = useState(false)
  const main = useRef<HTMLElement>(null)
  useEffect(listenToKeys, [])
  useKeys('Everywhere', [
    { keys: '?', does: 'shows these keys', run: () => setShowsKeys(true) },
    ...navigation.map(({ path, key, title }) => ({
      keys: `g ${key}`,
      does: `goes to ${title}`,
      run: () => navigate(path),
    })),
  ])
  const first = useRef(path)
  useEffect(() => {
    // who hears the page read to them shall hear the new one, and the next Tab goes into it
    if (first.current !== path) main.current?.focus()
    first.current = path
  }, [path])
  return (
    <TimeFormatContext value={useChosenTimeFormat()}>
      <a className="skip" href="#main" onClick={() => main.current?.focus()}>
        Skip to the page
      </a>
      <Header onKeys={() => setShowsKeys(true)} />
      <DemoBanner />
      <CutOff />
      <main id="main" ref={main} tabIndex={-1}>
        <ErrorBoundary of={path}>
          <Suspense fallback={<Loading what="Loading the page" />}>
            <Switch>
              {Object.entries(pages).map(([path, { title, Show }]) => (
                <Route key={path} path={path}>
                  <WindowTitle page={title} />
                  <Show />
                </Route>
              ))}
              <Route>
                <NoSuchPage />
              </Route>
            </Switch>
          </Suspense>
        </ErrorBoundary>
      </main>
      <KeysHelp open={showsKeys} onClose={() => setShowsKeys(false)} />
      <SignIn />
    </TimeFormatContext>
  )
}
