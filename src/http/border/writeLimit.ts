/** Limits writes a minute: of each person or key, else of each address. So nobody tries out credentials fast, either. */
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Person } from '../person.js'

/** Counts one more. @returns in how many seconds the next is taken; null where this one is. */
export type WriteLimit = (request: FastifyRequest, person: Person | null) => Promise<number | null>

export const anyNumber: WriteLimit = async () => null

const MINUTE_MS = 60_000

/**
 * A person or a key is counted wherever they are; who is not known, by address, so that they keep nobody else from writing.
 * @param byAddress all are counted by their address, as where nobody has to sign in.
 */
export async function writeLimit(
  server: FastifyInstance,
  perMinute: number | null,
  byAddress: boolean,
): Promise<WriteLimit> {
  if (perMinute === null) return anyNumber
  const whose = new WeakMap<FastifyRequest, string>()
  await server.register(rateLimit, {
    global: false,
    max: perMinute,
    timeWindow: MINUTE_MS,
    keyGenerator: (request) => whose.get(request) ?? addressOf(request),
  })
  const count = server.createRateLimit()
  return async (request, person) => {
    whose.set(request, person === null || byAddress ? addressOf(request) : `person ${person.actor}`)
    const counted = await count(request)
    return counted.isAllowed || !counted.isExceeded ? null : Math.max(1, counted.ttlInSeconds)
  }
}

const addressOf = ({ ip }: FastifyRequest): string => `address ${normalizeIP(ip)}`
