/** When a message is tried again after `failures` attempts in vain: 1 s, doubled each time, at most 5 minutes, give or take a fifth. */
export function retryMs(failures: number, random: () => number): number {
  const plainMs = Math.min(300_000, 1_000 * 2 ** (failures - 1))
  return Math.round(plainMs * (0.8 + 0.4 * random()))
}
