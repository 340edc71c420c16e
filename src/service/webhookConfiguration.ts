/** Webhooks as a configuration file has them. */
import { resolve } from 'node:path'
import * as t from 'io-ts'
import { FolderName, NonEmpty, Texts } from '../../machines/codecs.js'
import type { FieldProblem } from '../../machines/problems.js'
import type { Kind, Webhook } from '../announce/webhook.js'

const kinds: readonly Kind[] = ['done', 'attention']
const isKind = (u: unknown): u is Kind => kinds.some((kind) => kind === u)
const areKinds = (u: unknown): u is Kind[] => Array.isArray(u) && u.length > 0 && u.every(isKind)

const Kinds = new t.Type<Kind[], Kind[], unknown>(
  'a list of done, attention or both',
  areKinds,
  (u, context) => (areKinds(u) ? t.success(u) : t.failure(u, context)),
  (all) => all,
)

export const WebhookFile = t.intersection(
  [t.type({ url: NonEmpty }), t.partial({ secret_file: NonEmpty, on: Kinds, locations: Texts })],
  'a webhook',
)
type WebhookFile = t.TypeOf<typeof WebhookFile>
export const knownOfWebhook = ['url', 'secret_file', 'on', 'locations']

/** What of a configuration's file has to do with webhooks. */
interface Read {
  readonly webhooks?: Readonly<Record<string, WebhookFile>>
  readonly locations?: Readonly<Record<string, { readonly webhooks?: readonly string[] }>>
}

/** What no codec sees. Nothing of an address is repeated: it may hold a password. */
export function webhookProblems({ webhooks = {}, locations = {} }: Read): FieldProblem[] {
  const names = Object.keys(webhooks)
  return [
    ...Object.entries(webhooks)
      .filter(([name]) => !FolderName.is(name))
      .map(([name]) => ({ field: `webhooks.${name}`, found: JSON.stringify(name), allowed: FolderName.name })),
    ...Object.entries(webhooks).flatMap(([name, { url }]) => {
      const found = wrongUrl(url)
      return found === null
        ? []
        : [
            {
              field: `webhooks.${name}.url`,
              found,
              allowed: 'an address that begins with https:// or http://, without user and password',
            },
          ]
    }),
    ...Object.entries(locations).flatMap(([location, { webhooks: named = [] }]) =>
      named.flatMap((name, i) =>
        Object.hasOwn(webhooks, name)
          ? []
          : [
              {
                field: `locations.${location}.webhooks[${i}]`,
                found: JSON.stringify(name),
                allowed: `one of the webhooks: ${names.join(', ') || 'there are none'}`,
              },
            ],
      ),
    ),
  ]
}

export function wrongUrl(text: string): string | null {
  if (!URL.canParse(text)) return 'what is no address'
  const { protocol, username, password } = new URL(text)
  if (protocol !== 'https:' && protocol !== 'http:') return `an address of ${protocol}`
  return username === '' && password === '' ? null : 'an address with a user or password in it'
}

/** With paths relative to `base`. A webhook gets what its own list of locations says and the locations that name it; else all. */
export const webhooksOf = ({ webhooks = {}, locations = {} }: Read, base: string): Webhook[] =>
  Object.entries(webhooks).map(([name, { url, secret_file: secretFile, on = kinds, locations: own }]) => {
    const naming = Object.entries(locations).flatMap(([location, { webhooks: named = [] }]) =>
      named.includes(name) ? [location] : [],
    )
    return {
      name,
      url,
      secretFile: secretFile === undefined ? null : resolve(base, secretFile),
      on,
      locations: own === undefined && naming.length === 0 ? null : [...new Set([...(own ?? []), ...naming])],
    }
  })
