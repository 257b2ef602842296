const TAIL = 9

/** Where a name may be cut: its end stays, since names of pods differ there. */
export const halves = (name: string): [string, string] => (name.length <= TAIL * 2 ? [name, ''] : [name.slice(0, -TAIL), name.slice(-TAIL)])

/** A name that is cut in its middle where there is no room. */
export function Name({ name, title = name }: { name: string; title?: string }) {
  const [head, tail] = halves(name)
  return (
    <span class="name" title={title}>
      <span>{head}</span>
      {tail}
    </span>
  )
}
