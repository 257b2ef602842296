import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

const MARGIN_ROWS = 6

/** A list that draws the visible rows only. All rows have the same height; `active` is kept visible. */
export function VirtualList(props: {
  count: number
  rowHeight: number
  row: (index: number) => ComponentChildren
  active?: number
  class?: string
  role?: 'tree' | 'listbox'
  label: string
  activeId?: string
  onKeyDown?: (event: KeyboardEvent) => void
  /** Called when the last rows become visible. */
  onEnd?: () => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(600)
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => setHeight(box.current!.clientHeight))
    observer.observe(box.current!)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    const view = box.current!
    if (props.active === undefined || props.active < 0) return
    const from = props.active * props.rowHeight
    if (from < view.scrollTop) view.scrollTop = from
    else if (from + props.rowHeight > view.scrollTop + view.clientHeight) view.scrollTop = from + props.rowHeight - view.clientHeight
  }, [props.active, props.rowHeight])
  const first = Math.max(0, Math.floor(top / props.rowHeight) - MARGIN_ROWS)
  const last = Math.min(props.count, Math.ceil((top + height) / props.rowHeight) + MARGIN_ROWS)
  useEffect(() => {
    if (props.count > 0 && last >= props.count) props.onEnd?.()
  }, [last >= props.count, props.count])
  const rows = []
  for (let index = first; index < last; index++) rows.push(props.row(index))
  return (
    <div
      ref={box}
      class={`scroll ${props.class ?? ''}`}
      tabIndex={0}
      role={props.role}
      aria-label={props.label}
      aria-activedescendant={props.activeId}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={props.onKeyDown}
    >
      <div style={{ height: `${props.count * props.rowHeight}px`, position: 'relative' }}>
        <div style={{ transform: `translateY(${first * props.rowHeight}px)` }}>{rows}</div>
      </div>
    </div>
  )
}
