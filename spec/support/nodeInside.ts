/** A node within the spec's own process: as the program runs it, but for its HTTP. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { readConfiguration } from '../../src/service/configuration.js'
import { type RunningNode, startNode } from '../../src/service/node.js'
import type { Machine } from './node.js'

export interface NodeInside extends AsyncDisposable {
  readonly node: RunningNode
  /** What operators are told. */
  readonly notices: readonly string[]
}

export async function nodeInside(machine: Machine, name: string, url = machine.url): Promise<NodeInside> {
  const read = readConfiguration(machine.data, undefined, {})
  assert.ok(isRight(read))
  const notices: string[] = []
  const node = await startNode({
    url,
    configuration: { ...read.right, node: name, temporary: join(machine.data, 'temporary', name) },
    version: 'spec',
    onNotice: (line) => void notices.push(line),
  })
  return { node, notices, [Symbol.asyncDispose]: () => node.stop() }
}
