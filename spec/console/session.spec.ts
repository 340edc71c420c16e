import assert from 'node:assert/strict'
import { isLeft } from 'fp-ts/lib/Either.js'
import { AxeBuilder } from '@axe-core/playwright'
import { idTokens } from '../../src/http/signIn/idTokens.js'
import { signInWith, withoutSignIn } from '../../src/http/signIn/signIn.js'
import { addKey, revokeKey } from '../../src/log/keys.js'
import { setRoles } from '../../src/log/roles.js'
import { AUDIENCE, EMAIL, type Issuer, startIssuer } from '../http/issuer.js'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { type OpenPage, openPage } from '../support/browser.js'

const patience = { timeout: 60_000 }

describe('signing in to the console', function () {
  this.timeout(240_000)
  let issuer: Issuer
  let place: Workplace
  let url: string
  let browser: OpenPage
  before(async () => {
    issuer = await startIssuer()
    place = await openWorkplace({ signIn: withoutSignIn })
    const judge = idTokens({ issuer: issuer.url, audience: [AUDIENCE], keysUrl: null })
    const signIn = signInWith({ db: place.db, idTokens: judge, issuer: issuer.url, readsAreClosed: true })
    url = (await place.serve({ signIn })).url
    await setRoles(place.db, EMAIL, ['editor', 'operator'], null, {})
    browser = await openPage()
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
    await issuer[Symbol.asyncDispose]()
  })

  const sees = (selector: string, hasText: string | RegExp) =>
    browser.page.locator(selector).filter({ hasText }).first().waitFor(patience)
  const paste = async (credential: string, keeps = false) => {
    const { page } = browser
    await page.getByLabel('API key or ID token').fill(credential, patience)
    await page.getByLabel(/^Keep me signed in/).setChecked(keeps)
    await page.locator('.sign-in').getByRole('button', { name: 'Sign in' }).click()
  }
  const forgotten = async (path: string) => {
    await browser.page.goto(`${url}/healthz`)
    await browser.page.evaluate('localStorage.clear(), sessionStorage.clear()')
    await browser.page.goto(`${url}${path}`)
  }

  it('is of no concern where the node asks nobody', async () => {
    const { page } = browser
    await page.goto(`${place.url}/`)
    await sees('.standing.well', 'All is well')
    assert.equal(await page.locator('.who').count(), 0)
    assert.equal(await page.locator('.sign-in').isVisible(), false)
  })

  it('comes first where reading is closed, then shows the page that was asked for, and who one is', async () => {
    const { page } = browser
    await forgotten('/locations')
    await sees('.sign-in [role=alert]', 'sign in first')
    await sees('#sign-in-how', `An ID token of ${issuer.url}`)
    const { violations } = await new AxeBuilder({ page }).include('.sign-in').analyze()
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    )
    await paste(await issuer.token())
    await sees('.who', EMAIL)
    await sees('.said', 'No node offers a location')
    assert.equal(new URL(page.url()).pathname, '/locations')
    await sees('.standing.well', 'All is well')
    await page.locator('.who').click()
    await sees('.sign-in', `You are ${EMAIL}, with the roles editor, operator.`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await sees('.who', 'Sign in')
  })

  it('says of a token that has expired that it has', async () => {
    const past = Math.floor(Date.now() / 1000) - 3600
    await forgotten('/locations')
    await paste(await issuer.token({ iat: past - 60, exp: past }))
    await sees('.sign-in [role=alert]', 'the ID token has expired: sign in again')
    assert.equal(await browser.page.evaluate(`sessionStorage.getItem('reelstate.credential')`), null)
  })

  it('is kept by the browser only for who wants that, until the key is revoked', async () => {
    const { page } = browser
    const made = await addKey(place.db, 'desk', ['editor'], {})
    const secret = isLeft(made) ? assert.fail(JSON.stringify(made.left)) : made.right.secret
    await forgotten('/locations')
    await paste(secret, true)
    await sees('.who', 'key desk')
    // as another tab finds it
    await page.evaluate('sessionStorage.clear()')
    await page.reload()
    await sees('.who', 'key desk')
    await revokeKey(place.db, 'desk', {})
    await page.reload()
    await sees('.sign-in [role=alert]', 'the key desk is revoked')
    await page.getByRole('button', { name: 'Not now' }).click()
    await sees('.who', 'Sign in again')
    await sees('.cut-off[role=alert]', 'Not connected: the key desk is revoked')
    await sees('.standing.cut-off', 'Not connected')
  })
})
