/** The chart as a file that stands alone: what the style sheets make of it is written into each of its elements. */

const written = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'opacity', 'visibility'],
  ...['font-family', 'font-size', 'font-weight', 'font-style', 'text-anchor'],
] as const

export function saveAsSvg(svg: SVGSVGElement, name: string): void {
  const url = URL.createObjectURL(new Blob([textOf(svg)], { type: 'image/svg+xml' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // the browser has begun to read it by then
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

export function textOf(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement
  const copies = [copy, ...copy.querySelectorAll('*')]
  for (const [i, element] of [svg, ...svg.querySelectorAll('*')].entries()) {
    const style = getComputedStyle(element)
    for (const property of written) {
      const value = style.getPropertyValue(property)
      if (value !== '') copies[i]?.setAttribute(property, value)
    }
    copies[i]?.removeAttribute('class')
    // where it led to on the page it leads nowhere from a file
    copies[i]?.removeAttribute('href')
  }
  const { width, height } = svg.viewBox.baseVal
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  for (const [key, value] of Object.entries({ width, height, fill: groundOf(svg) }))
    ground.setAttribute(key, String(value))
  copy.prepend(ground)
  return new XMLSerializer().serializeToString(copy)
}

/** What is seen behind it. */
function groundOf(element: Element): string {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at)
    if (!/^rgba\(.*, 0\)$|^transparent$/.test(backgroundColor)) return backgroundColor
  }
  return '#ffffff'
}
