/** `reelstate webhook`: how those stand who are told of what happens, and whether they can be reached. */
import { randomUUID } from 'node:crypto'
import { Command } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { due } from '../announce/due.js'
import { testMessage } from '../announce/message.js'
import { isDelivered, send } from '../announce/send.js'
import type { Webhook } from '../announce/webhook.js'
import type { Db } from '../log/database.js'
import { listPlaces, type Place } from '../log/webhooks.js'
import { table } from './console.js'
import { exitCodes, Failure } from './failure.js'
import { actor, type GlobalOptions, openGround, withDatabase } from './opened.js'

export const webhookCommand = (): Command =>
  new Command('webhook')
    .description('See and try the webhooks of the configuration.')
    .addHelpText('after', '\nExamples:\n  reelstate webhook list\n  reelstate webhook test chat')
    .addCommand(listCommand())
    .addCommand(testCommand())

const listCommand = (): Command =>
  new Command('list')
    .description('List webhooks: how much each is still to be told, and what keeps it.')
    .addHelpText(
      'after',
      '\nA query in an address is left out, as it may be a password.\n\nExamples:\n  reelstate webhook list\n  reelstate webhook list --json | jq ".[] | select(.failures > 0)"',
    )
    .action((_, command: Command) =>
      withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console, configuration }) => {
        const places = new Map((await listPlaces(db)).map((place) => [place.name, place]))
        const listed: Listed[] = []
        for (const hook of configuration.webhooks) listed.push(await standing(db, hook, places.get(hook.name)))
        console.result(listed, () => (listed.length === 0 ? 'No webhooks.' : tableOf(listed)))
      }),
    )

interface Listed {
  readonly name: string
  readonly url: string
  readonly on: readonly string[]
  /** null for all. */
  readonly locations: readonly string[] | null
  /** How many events it is still to be told of; null where no node has begun with it. */
  readonly behind: number | null
  /** How often the next of them has been tried in vain. */
  readonly failures: number
  readonly lastError: string | null
  readonly nextTry: string | null
  readonly deliveredAt: string | null
}

async function standing(db: Db, hook: Webhook, place: Place | undefined): Promise<Listed> {
  let behind = 0
  if (place) for await (const { message } of due(db, hook, place.cursor)) if (message !== null) behind++
  return {
    name: hook.name,
    url: shown(hook.url),
    on: hook.on,
    locations: hook.locations,
    behind: place ? behind : null,
    failures: place?.failures ?? 0,
    lastError: place?.lastError ?? null,
    nextTry: place?.notBefore ?? null,
    deliveredAt: place?.deliveredAt ?? null,
  }
}

function shown(address: string): string {
  const { origin, pathname, search } = new URL(address)
  return `${origin}${pathname}${search === '' ? '' : '?…'}`
}

const tableOf = (listed: readonly Listed[]): string =>
  table(
    ['name', 'on', 'locations', 'behind', 'failures', 'next try (UTC)', 'last delivery (UTC)', 'last error', 'url'],
    listed.map(({ name, url, on, locations, behind, failures, lastError, nextTry, deliveredAt }) => [
      name,
      on.join(', '),
      locations?.join(', ') ?? 'all',
      behind === null ? 'not begun' : String(behind),
      String(failures),
      time(nextTry),
      time(deliveredAt),
      lastError ?? '',
      url,
    ]),
  )

const time = (at: string | null): string => at?.slice(0, 19).replace('T', ' ') ?? ''

const testCommand = (): Command =>
  new Command('test')
    .description('Send a message of the kind "test" to a webhook, and say what comes back.')
    .argument('<name>', 'the webhook')
    .addHelpText('after', '\nExits with 1 unless it is taken (2xx).\n\nExample:\n  reelstate webhook test chat')
    .action(async (name: string, _, command: Command) => {
      const { configuration, console } = openGround(command.optsWithGlobals<GlobalOptions>())
      const hook = configuration.webhooks.find((one) => one.name === name)
      if (!hook) {
        const known = configuration.webhooks.map((one) => one.name).join(', ') || 'there are none'
        throw new Failure(`there is no webhook ${JSON.stringify(name)}; allowed are ${known}`, exitCodes.invalid)
      }
      const begunMs = performance.now()
      const answer = await send(hook, testMessage(randomUUID(), new Date().toISOString(), actor()))
      const tookMs = Math.round(performance.now() - begunMs)
      if (isLeft(answer)) throw new Failure(`webhook ${name}: ${answer.left}`, exitCodes.failed, { name, tookMs })
      const status = answer.right
      if (!isDelivered(status))
        throw new Failure(`webhook ${name}: it answered ${status}`, exitCodes.failed, { name, status, tookMs })
      console.result({ name, status, tookMs }, () => `webhook ${name} answered ${status} after ${tookMs} ms`)
    })
