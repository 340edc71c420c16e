/** The table of metrics as docs/operations.md has it; those that Prometheus' client has of every process are left out. */
import { boardFamilies } from '../../../src/observe/metrics/boardGauges.js'
import { openMetrics } from '../../../src/observe/metrics/metrics.js'
import { Exposition } from '../../support/exposition.js'

export async function metricsTable(): Promise<string[]> {
  const { families } = Exposition.parse(await openMetrics({ node: 'spec', version: '0' }).expose())
  const own = [...families.values()].filter(({ name }) => !/^(process|nodejs)_/.test(name))
  const asked = boardFamilies.map((family) => ({ ...family, type: 'gauge' }))
  return [...own, ...asked].map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help} |`)
}
