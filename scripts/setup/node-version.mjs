/**
 * Whether a Node version fits package.json's `engines.node`, as far as that goes here: alternatives of
 * `>=20.19` and `^22.13.0` separated by `||`. Old syntax only, for it runs before the version is known to be right.
 */
export function satisfies(version, range) {
  const have = numbers(version)
  return range.split('||').some((alternative) => {
    const want = numbers(alternative)
    const newEnough = compare(have, want) >= 0
    return alternative.trim()[0] === '^' ? newEnough && have[0] === want[0] : newEnough
  })
}

function numbers(version) {
  const found = (version.match(/\d+/g) || []).slice(0, 3).map(Number)
  return [found[0] || 0, found[1] || 0, found[2] || 0]
}

function compare(a, b) {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}
