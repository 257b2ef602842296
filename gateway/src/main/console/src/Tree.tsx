import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Item, Resources } from './resources'
import { useStore } from './store'
import { Forest, type Line } from './forest'
import { Name } from './Name'
import { VirtualList } from './VirtualList'
import { count } from './format'

const ROW = 28
/** So few objects are shown opened at the start. */
const FEW = 500

/** The cluster's objects at the chosen moment. */
export function Tree(props: { resources: Resources; query: string; selected: string; select: (item: Item) => void }) {
  const resources = useStore(props.resources)
  const [open, setOpen] = useState(() => new Set<string>())
  const filter = props.query
  const [focus, setFocus] = useState('')
  const version = useSlowly(resources.version)
  const forest = useMemo(() => new Forest(resources.items.values()), [resources, version])
  const lines = useMemo(() => forest.lines(open, filter.trim()), [forest, open, filter])
  const shallow = useRef(false)
  useEffect(() => {
    if (shallow.current || resources.loading || version !== resources.version) return
    shallow.current = true
    if (resources.items.size <= FEW) setOpen(new Set(forest.shallow()))
  }, [resources.loading, resources.version, version])
  const active = lines.findIndex((line) => line.id === focus)

  const toggle = (line: Line, to: boolean) => {
    const next = new Set(open)
    if (to) next.add(line.id)
    else next.delete(line.id)
    setOpen(next)
  }
  const act = (line: Line) => {
    setFocus(line.id)
    if (line.item) props.select(line.item)
    else toggle(line, !line.open)
  }
  const move = (index: number) => setFocus(lines[Math.min(lines.length - 1, Math.max(0, index))]?.id ?? '')
  const key = (event: KeyboardEvent) => {
    const line = lines[active]
    const moves: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: lines.length - 1, PageDown: active + 20, PageUp: active - 20 }
    if (event.key in moves) move(moves[event.key]!)
    else if (event.key === 'ArrowRight' && line?.children) line.open ? move(active + 1) : toggle(line, true)
    else if (event.key === 'ArrowLeft' && line) {
      if (line.open && line.children && !filter) toggle(line, false)
      else move(lines.findLastIndex((each, index) => index < active && each.depth < line.depth))
    } else if ((event.key === 'Enter' || event.key === ' ') && line) act(line)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <nav class="panel tree" aria-label="Resources">
      <header>
        <h2>Resources</h2>
        <span class="quiet">{resources.loading ? 'loading …' : count(resources.items.size)}</span>
      </header>
      {resources.failure && (
        <p class="alert" role="alert">
          {resources.failure}
        </p>
      )}
      <VirtualList
        role="tree"
        label="Resource tree"
        count={lines.length}
        rowHeight={ROW}
        active={active}
        activeId={active >= 0 ? `line-${focus}` : undefined}
        onKeyDown={key}
        row={(index) => {
          const line = lines[index]!
          return (
            <div
              key={line.id}
              id={`line-${line.id}`}
              role="treeitem"
              aria-level={line.depth + 1}
              aria-expanded={line.children ? line.open : undefined}
              aria-selected={line.item !== undefined && line.item.key === props.selected}
              class={`line depth${Math.min(line.depth, 5)} ${line.id === focus ? 'focused' : ''}`}
              onClick={() => act(line)}
            >
              <span
                class={`twist ${line.children ? (line.open ? 'open' : 'closed') : ''}`}
                onClick={(event) => (event.stopPropagation(), setFocus(line.id), line.children && toggle(line, !line.open))}
              />
              <i class={`dot ${line.tone}`} />
              <Name name={line.label} title={line.note ? `${line.note} ${line.label}` : line.label} />
              {line.note && !line.status && <span class="note">{line.note}</span>}
              <span class={`status ${line.item ? line.tone : ''}`}>{line.status}</span>
            </div>
          )
        }}
      />
      {filter && lines.length === 0 && !resources.loading && <p class="foot quiet">No object of this moment has this name.</p>}
      {resources.forbidden.length > 0 && (
        <p class="foot quiet" title={resources.forbidden.join(', ')}>
          {resources.forbidden.length} kinds you may not list
        </p>
      )}
    </nav>
  )
}

/** Follows a number that changes quickly, at most four times a second. */
function useSlowly(value: number): number {
  const [shown, setShown] = useState(value)
  useEffect(() => {
    if (shown === value) return
    const timer = setTimeout(() => setShown(value), 250)
    return () => clearTimeout(timer)
  }, [value !== shown, shown])
  return value < shown ? value : shown
}
