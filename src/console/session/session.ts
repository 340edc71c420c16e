/** Who uses the console: the credential that they pasted, kept for this tab or, where they say so, by the browser. */
import { useSyncExternalStore } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Me } from '../answers.js'
import { api } from '../api.js'
import { onSignInNeeded, signInWith } from '../asking.js'

const NAME = 'reelstate.credential'

export interface Session {
  /** Why the form is shown; null while it is not. */
  readonly asked: string | null
  /** Grows with each person that signs in or out. */
  readonly turn: number
}

let now: Session = { asked: null, turn: 0 }
let credential = stored()
/** Who has closed the form is not asked again for what they only look at. */
let isDeclined = false
const readers = new Set<() => void>()

function change(next: Partial<Session>): void {
  now = { ...now, ...next }
  for (const reader of [...readers]) reader()
}

/** To be called once, before anything is asked of the node. */
export function beginSession(): void {
  signInWith(credential)
  onSignInNeeded((why, toWrite) => {
    if (now.asked === null && (toWrite || !isDeclined)) change({ asked: why })
  })
}

export const useSession = (): Session =>
  useSyncExternalStore(
    (reader) => {
      readers.add(reader)
      return () => void readers.delete(reader)
    },
    () => now,
  )

/** Who the node takes us for; undefined until it has said so. */
export const useMe = (): Me | undefined => {
  const { turn } = useSession()
  return useQuery({ queryKey: ['me', turn], queryFn: ({ signal }) => api.me(signal), staleTime: 60_000 }).data
}

export const askToSignIn = (): void => change({ asked: '' })

export function closeSignIn(): void {
  isDeclined = true
  change({ asked: null })
}

/** @param keeps the browser, until somebody signs out; otherwise it is forgotten with the tab. @returns why it is no good, or null. */
export async function signIn(given: string, keeps: boolean): Promise<string | null> {
  signInWith(given)
  try {
    const { actor, why } = await api.me()
    if (actor === null) {
      signInWith(credential)
      return why ?? 'the node does not know who that is'
    }
  } catch (error) {
    signInWith(credential)
    return error instanceof Error ? error.message : 'the node does not answer'
  }
  forget()
  credential = given
  keep(keeps ? 'localStorage' : 'sessionStorage', given)
  isDeclined = false
  change({ asked: null, turn: now.turn + 1 })
  return null
}

export function signOut(): void {
  forget()
  credential = null
  signInWith(null)
  isDeclined = false
  change({ asked: null, turn: now.turn + 1 })
}

type Place = 'localStorage' | 'sessionStorage'

// a browser that keeps nothing has somebody sign in for as long as the page is there
function stored(): string | null {
  try {
    return sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME)
  } catch {
    return null
  }
}

function keep(place: Place, text: string): void {
  try {
    window[place].setItem(NAME, text)
  } catch {
    // as above
  }
}

function forget(): void {
  try {
    sessionStorage.removeItem(NAME)
    localStorage.removeItem(NAME)
  } catch {
    // as above
  }
}
