/** Damages transport streams at random, in the ways that networks, disks and encoders do, and in worse ones. */
import { PACKET_BYTES } from '../../src/segments/transportStream.js'

type Random = () => number
type Mutation = (bytes: Buffer, random: Random) => Buffer

const below = (most: number, random: Random): number => Math.floor(random() * most)
const packetIn = (bytes: Buffer, random: Random): number =>
  below(Math.floor(bytes.length / PACKET_BYTES), random) * PACKET_BYTES

const without = (bytes: Buffer, from: number, length: number): Buffer =>
  Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)])

const mutations: readonly Mutation[] = [
  // a bit
  (bytes, random) => {
    const at = below(bytes.length, random)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8, random))
    return bytes
  },
  // any byte, near the beginning of a packet: headers, adaptation fields, sections, PES headers
  (bytes, random) => {
    bytes[packetIn(bytes, random) + 1 + below(24, random)] = below(256, random)
    return bytes
  },
  // the length of an adaptation field
  (bytes, random) => {
    const at = packetIn(bytes, random)
    bytes[at + 3] = (bytes[at + 3] ?? 0) | 0x20
    bytes[at + 4] = below(256, random)
    return bytes
  },
  // a stretch of zeros, or of garbage
  (bytes, random) => {
    const from = below(bytes.length, random)
    return bytes.fill(0, from, Math.min(bytes.length, from + below(2000, random)))
  },
  (bytes, random) => {
    const from = below(bytes.length, random)
    const until = Math.min(bytes.length, from + below(1000, random))
    for (let at = from; at < until; at++) bytes[at] = below(256, random)
    return bytes
  },
  // packets lost, sent twice, in another order
  (bytes, random) => without(bytes, packetIn(bytes, random), PACKET_BYTES * (1 + below(20, random))),
  (bytes, random) => {
    const at = packetIn(bytes, random)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + PACKET_BYTES), bytes.subarray(at)])
  },
  (bytes, random) => {
    const [one, other] = [packetIn(bytes, random), packetIn(bytes, random)]
    const kept = Buffer.from(bytes.subarray(one, one + PACKET_BYTES))
    bytes.copy(bytes, one, other, other + PACKET_BYTES)
    kept.copy(bytes, other)
    return bytes
  },
  // cut short, bytes lost, garbage in front
  (bytes, random) => bytes.subarray(0, below(bytes.length, random)),
  (bytes, random) => without(bytes, below(bytes.length, random), 1 + below(300, random)),
  (bytes, random) => Buffer.concat([Buffer.alloc(below(400, random), below(256, random)), bytes]),
  // another PID, another counter, a unit that begins where none does
  (bytes, random) => {
    const at = packetIn(bytes, random)
    bytes.writeUInt16BE(below(0x10000, random), at + 1)
    return bytes
  },
]

/** A damaged copy. */
export function mutate(bytes: Buffer, random: Random): Buffer {
  let damaged = Buffer.from(bytes)
  for (let times = 1 + below(4, random); times > 0 && damaged.length > 2 * PACKET_BYTES; times--)
    damaged = Buffer.from((mutations[below(mutations.length, random)] as Mutation)(damaged, random))
  return damaged
}
