import type { CompatibleSection } from './section.js'

export const coverage: CompatibleSection = {
  title: 'segment coverage',
  about:
    'The gauges at `/metrics` have wubloader’s names; maps of all nodes are at `/coverage/CHANNEL/QUALITY.html` of any node, too.',
  paths: /^\/segments\/coverage-maps\//,
  rows: [
    {
      calls: ['GET /segments/coverage-maps/:file'],
      wubloader: '`C_Q_coverage.png` and `.html`, as often as the loop has drawn them',
      here: 'the same colours and scale, of the latest round; at most 744 hours wide',
      because: 'a month is more than a page shows',
    },
  ],
  differences: [
    {
      wubloader: 'of several segments of one start the wrong one is counted',
      here: 'the one that a cut would take',
      because: 'coverage that nobody can cut is none',
    },
  ],
}
