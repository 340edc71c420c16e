/** Whom this node can ask for footage: the nodes that run, and whoever its configuration names. */
import { hostname } from 'node:os'
import type { SeenNode } from '../log/nodes.js'
import type { Peer } from '../segments/peers/peer.js'
import { wrongUrl } from './webhookConfiguration.js'

/**
 * Each address once, and none that is this node's own. What another machine calls by an address of the loop (127.0.0.1) is not what
 * we would reach there.
 * @param key for nodes of this cluster, which the database names; whoever else serves footage doesn't get it.
 */
export function peersAmong(
  nodes: readonly Pick<SeenNode, 'name' | 'host' | 'url'>[],
  configured: readonly Peer[],
  own: { readonly host: string; readonly url: string | null },
  key: string | null = null,
): Peer[] {
  const running = nodes.flatMap(({ name, host, url }) =>
    url === null || wrongUrl(url) !== null || (isLoop(url) && host !== own.host)
      ? []
      : [{ name, url, ...(key !== null && { key }) }],
  )
  const taken = new Set(own.url === null ? [] : [plain(own.url)])
  return [...running, ...configured].filter(({ url }) => {
    const isNew = !taken.has(plain(url))
    taken.add(plain(url))
    return isNew
  })
}

const plain = (url: string): string => new URL(url).href.replace(/\/+$/, '')

const isLoop = (url: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname)

/** Where a node is reached that listens there. Who listens on all addresses is found by the machine's name, as far as anybody can tell. */
export function addressFor(listening: string, port: number, machine = hostname()): string {
  const host = ['0.0.0.0', '::', ''].includes(listening) ? machine : listening
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
