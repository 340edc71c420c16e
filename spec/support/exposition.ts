/** Prometheus' text format, read as strictly as it is written down: https://prometheus.io/docs/instrumenting/exposition_formats/ */
import assert from 'node:assert/strict'

export interface Family {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: readonly Line[]
}

interface Line {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export class Exposition {
  private constructor(readonly families: ReadonlyMap<string, Family>) {}

  /** Throws where the text breaks a rule of the format. */
  static parse(text: string): Exposition {
    assert.ok(text.endsWith('\n'), 'the last line has an end')
    const families = new Map<string, Family & { samples: Line[] }>()
    let now: (Family & { samples: Line[] }) | undefined
    let help: { name: string; text: string } | undefined
    for (const line of text.split('\n').filter((one) => one !== '')) {
      const [, helped, said = ''] = /^# HELP ([a-zA-Z_:][\w:]*) (.*)$/.exec(line) ?? []
      const [, typed, type = ''] =
        /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary|untyped)$/.exec(line) ?? []
      if (helped !== undefined) help = { name: helped, text: said }
      else if (typed !== undefined) {
        assert.ok(!families.has(typed), `${typed} is one group of lines`)
        assert.equal(help?.name, typed, `${typed} has a help before its type`)
        now = { name: typed, help: help?.text ?? '', type, samples: [] }
        families.set(typed, now)
      } else {
        const sample = sampleIn(line)
        assert.ok(now, `${sample.name} has a type`)
        assert.ok(belongs(sample.name, now), `${sample.name} stands with its family, not with ${now.name}`)
        now.samples.push(sample)
      }
    }
    for (const family of families.values()) check(family)
    return new Exposition(families)
  }

  /** The value of the sample with exactly these labels; 0 where a counter has not counted that yet. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const family = [...this.families.values()].find((one) => belongs(name, one))
    assert.ok(family, `there is a metric ${name}`)
    const wanted = identity({ name, labels })
    const found = family.samples.find((sample) => identity(sample) === wanted)?.value
    return found ?? 0
  }

  /** Of all samples of a name, by the value of one label, summed over the others; what is 0 is left out. */
  by(name: string, label: string): Record<string, number> {
    const sums: Record<string, number> = {}
    for (const { labels, value } of this.families.get(name)?.samples ?? [])
      if (value !== 0) sums[labels[label] ?? ''] = (sums[labels[label] ?? ''] ?? 0) + value
    return sums
  }
}

const belongs = (name: string, { name: family, type }: Family): boolean =>
  name === family || (type === 'histogram' && ['_bucket', '_sum', '_count'].some((end) => name === family + end))

const identity = ({ name, labels }: Pick<Line, 'name' | 'labels'>): string =>
  JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])

function sampleIn(line: string): Line {
  const [, name = '', inside = '', value = ''] =
    /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})? (\S+)$/.exec(line) ??
    assert.fail(`no line of the format: ${line}`)
  const labels: Record<string, string> = {}
  const rest = inside.replace(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/g, (_, label: string, text: string) => {
    assert.ok(!(label in labels), `${line} has the label ${label} once`)
    labels[label] = text.replace(/\\(.)/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter))
    return ''
  })
  assert.equal(rest, '', `labels of ${line}`)
  assert.match(value, /^([+-]?Inf|NaN|[+-]?\d+(\.\d+)?([eE][+-]?\d+)?)$/, line)
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) }
}

function check({ name, type, samples, help }: Family): void {
  assert.notEqual(help, '', `${name} says what it is`)
  const seen = new Set(samples.map(identity))
  assert.equal(seen.size, samples.length, `${name} says each thing once`)
  if (type === 'counter') for (const { value } of samples) assert.ok(value >= 0, `${name} counts`)
  if (type !== 'histogram') return
  for (const count of samples.filter((sample) => sample.name === `${name}_count`)) {
    const of = (end: string) =>
      samples.filter((sample) => sample.name === name + end && sameBut(sample.labels, count.labels))
    const buckets = of('_bucket').map(({ labels, value }) => ({
      le: Number(labels['le']?.replace('Inf', 'Infinity')),
      value,
    }))
    assert.equal(of('_sum').length, 1, `${name} has a sum`)
    assert.equal(buckets.at(-1)?.le, Infinity, `${name} has the last bucket`)
    assert.equal(buckets.at(-1)?.value, count.value, `${name} has all in its last bucket`)
    buckets.reduce((before, bucket) => {
      assert.ok(bucket.le > before.le && bucket.value >= before.value, `${name}'s buckets grow`)
      return bucket
    })
  }
}

/** But for the border of a bucket. */
const sameBut = ({ le: _, ...labels }: Line['labels'], others: Line['labels']): boolean =>
  identity({ name: '', labels }) === identity({ name: '', labels: others })
