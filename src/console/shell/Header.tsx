/** At the top of every page: is all well, where to go, how times and colours are shown. */
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from 'wouter'
import { api } from '../api.js'
import { Segmented } from '../components/Segmented.js'
import { useKeys } from '../keys/keys.js'
import { useNeedy } from '../machine.js'
import { NoticeButton } from '../notices/NoticeButton.js'
import { navigation, pages } from '../pages.js'
import { Who } from '../session/Who.js'
import type { Scale } from '../settings/days.js'
import { timeScale } from '../settings/time.js'
import { AllWell } from './AllWell.js'
import { ThemeButton } from './ThemeButton.js'

export function Header({ onKeys }: { readonly onKeys: () => void }) {
  const { data: about } = useQuery({
    queryKey: ['about'],
    queryFn: ({ signal }) => api.about(signal),
    staleTime: Infinity,
  })
  const hidden = (about?.streamStart ?? null) === null ? (['stream'] as const) : []
  useKeys('How it is shown', [
    { keys: 't', does: 'shows times by the next scale', run: () => timeScale.set(nextOf(timeScale.get(), hidden)) },
  ])
  return (
    <header className="shell">
      <p className="brand">
        <Link href="/">
          Reelstate <small title={about && `version ${about.version}`}>{about === undefined ? '' : about.node}</small>
        </Link>
      </p>
      <Navigation />
      <AllWell />
      <div className="settings">
        <Segmented label="Time" of={timeScale} hidden={hidden} />
        <NoticeButton />
        <ThemeButton />
        <Who />
        <button type="button" className="round" onClick={onKeys} aria-label="Keys" title="Keys (?)">
          ?
        </button>
      </div>
    </header>
  )
}

function nextOf(now: Scale, hidden: readonly Scale[]): Scale {
  const choices = timeScale.choices.filter((one) => !hidden.includes(one))
  return choices[(choices.indexOf(now) + 1) % choices.length] ?? 'UTC'
}

function Navigation() {
  const [path] = useLocation()
  const needy = useNeedy()
  return (
    <nav aria-label="Pages">
      <ul>
        {navigation.map(({ path: to, key, title }) => (
          <li key={to}>
            <Link href={to} aria-current={isWithin(path, to) ? 'page' : undefined} title={`g ${key}`}>
              {title}
              {to === '/attention' && needy !== null && needy.all > 0 && (
                <span
                  className={needy.errors > 0 ? 'needy' : 'needy warned'}
                  aria-label={`, ${needy.all} need a person`}
                >
                  {needy.all}
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** Whether the page at `path` is the one at `to`, or part of it. */
const isWithin = (path: string, to: string): boolean =>
  path === to || Object.values(pages).some(({ within }) => within === to && path.startsWith(`${to}/`))
