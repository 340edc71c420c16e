/** How long a picture is shown, out of the fragments of MP4 that the player feeds to the browser (ISO/IEC 14496-12). */

interface Box {
  readonly kind: string
  readonly body: DataView
}

function* boxesIn(view: DataView): Generator<Box> {
  let at = 0
  while (at + 8 <= view.byteLength) {
    const size = view.getUint32(at)
    if (size < 8 || at + size > view.byteLength) return
    const kind = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)))
    yield { kind, body: new DataView(view.buffer, view.byteOffset + at + 8, size - 8) }
    at += size
  }
}

/** The boxes at the end of `path`, from the outermost one on. */
function boxesAt(view: DataView, [kind, ...deeper]: readonly string[]): DataView[] {
  const found = [...boxesIn(view)].filter((box) => box.kind === kind).map(({ body }) => body)
  return deeper.length === 0 ? found : found.flatMap((body) => boxesAt(body, deeper))
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Ticks a second, as the beginning of a track of pictures says; null where `bytes` are not that. */
export function ticksOf(bytes: Uint8Array): number | null {
  for (const media of boxesAt(viewOf(bytes), ['moov', 'trak', 'mdia'])) {
    const [handler] = boxesAt(media, ['hdlr'])
    const [header] = boxesAt(media, ['mdhd'])
    if (handler?.getUint32(8) !== 0x76696465 || header === undefined) continue
    return header.getUint32(header.getUint8(0) === 1 ? 20 : 12)
  }
  return null
}

/** How many ticks each picture of a fragment lasts: that of most. null where it says nothing of it. */
export function pictureTicksOf(bytes: Uint8Array): number | null {
  const counts = new Map<number, number>()
  for (const run of boxesAt(viewOf(bytes), ['moof', 'traf', 'trun'])) {
    const flags = run.getUint32(0) & 0xffffff
    if ((flags & 0x100) === 0) continue
    const samples = run.getUint32(4)
    const before = 8 + ((flags & 1) === 0 ? 0 : 4) + ((flags & 4) === 0 ? 0 : 4)
    const size = [0x100, 0x200, 0x400, 0x800].reduce((sum, flag) => sum + ((flags & flag) === 0 ? 0 : 4), 0)
    for (let i = 0; i < samples && before + (i + 1) * size <= run.byteLength; i++) {
      const ticks = run.getUint32(before + i * size)
      counts.set(ticks, (counts.get(ticks) ?? 0) + 1)
    }
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  return most === undefined || most[0] === 0 ? null : most[0]
}
