import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

interface Process {
  readonly pid: number
  readonly parent: number
  readonly name: string
}

/** The processes with this name that `pid` has started itself. */
export async function childrenOf(pid: number, name: string): Promise<number[]> {
  return (await processes()).filter((one) => one.parent === pid && one.name === name).map((one) => one.pid)
}

export async function isRunning(pid: number): Promise<boolean> {
  return (await processes()).some((one) => one.pid === pid)
}

/** Waits until `holds`, looking every 20 ms; throws after `seconds`. */
export async function until(holds: () => Promise<boolean>, what: string, seconds = 10): Promise<void> {
  const giveUpAt = performance.now() + seconds * 1000
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`waited ${seconds} s in vain until ${what}`)
    await pause(20)
  }
}

async function processes(): Promise<Process[]> {
  return existsSync('/proc/self/stat') ? fromProc() : fromPs()
}

async function fromProc(): Promise<Process[]> {
  const found: Process[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '')
    const [, pid, name, state, parent] = /^(\d+) \((.*)\) (\w) (\d+)/s.exec(stat) ?? []
    if (name !== undefined && state !== 'Z') found.push({ pid: Number(pid), parent: Number(parent), name })
  }
  return found
}

async function fromPs(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,comm='])
  return [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, pid, parent, path = '']) => {
    return { pid: Number(pid), parent: Number(parent), name: path.split('/').at(-1) ?? '' }
  })
}
