import { useEffect, useRef, useState } from 'preact/hooks'

/** The widths of the panes at the sides, in pixels. */
export interface Widths {
  left: number
  right: number
}

const KEY = 'shiplog-panes'
export const NARROWEST = 200
const STEP = 24
/** The pane in the middle keeps this much. */
const MIDDLE = 320

/** Widths that leave each pane enough room in a window of so many pixels. */
export function fitting(widths: Widths, window: number): Widths {
  const most = Math.max(2 * NARROWEST, window - MIDDLE)
  const left = Math.min(Math.max(NARROWEST, widths.left), most - NARROWEST)
  return { left, right: Math.min(Math.max(NARROWEST, widths.right), most - left) }
}

/** The panes' widths: those of the last visit, if there was one. A window that is narrow for a while does not change them. */
export function useWidths(): [Widths, (widths: Widths) => void] {
  const [wanted, setWanted] = useState<Widths>(() => {
    const held = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Widths | null
    return held ?? { left: innerWidth * 0.19, right: innerWidth * 0.31 }
  })
  const [window, setWindow] = useState(innerWidth)
  useEffect(() => {
    const listener = () => setWindow(innerWidth)
    addEventListener('resize', listener)
    return () => removeEventListener('resize', listener)
  }, [])
  return [
    fitting(wanted, window),
    (next) => {
      const fitted = fitting(next, innerWidth)
      localStorage.setItem(KEY, JSON.stringify(fitted))
      setWanted(fitted)
    },
  ]
}

/** The line between two panes: dragged, or moved by the arrow keys. */
export function Splitter(props: { label: string; value: number; resize: (value: number) => void; grows: 1 | -1 }) {
  const held = useRef<{ x: number; value: number } | undefined>(undefined)
  return (
    <div
      class="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label={props.label}
      aria-valuenow={Math.round(props.value)}
      tabIndex={0}
      onPointerDown={(event) => {
        held.current = { x: event.clientX, value: props.value }
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => held.current && props.resize(held.current.value + (event.clientX - held.current.x) * props.grows)}
      onPointerUp={() => (held.current = undefined)}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowRight' ? STEP : event.key === 'ArrowLeft' ? -STEP : 0
        if (!by) return
        props.resize(props.value + by * props.grows)
        event.preventDefault()
      }}
    />
  )
}
