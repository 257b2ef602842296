import { scaleTime } from 'd3-scale'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Moment } from './api'
import type { Changes } from './changes'
import { useNow } from './clock'
import { clock, count, duration } from './format'
import { Name } from './Name'
import { actorOf, asked } from './people'
import { matches, wordsOf } from './search'
import { lifeOf } from './states'
import { useStore } from './store'
import { type Lane, MAX_ROWS, type Outcome, type Stories, type Story, settle, span, standing, titleOf } from './stories'

const LABELS = 232
/** Of narrow windows. */
const NARROW_LABELS = 128
const NARROW = 480
const ROW = 20
const BAR = 14
const PAD = 8
/** About so many pixels are between two ticks, and at least so many. */
const TICK = 110
const TICK_LEAST = 76
const SHORTEST_BAR = 7
const MIN_SPAN_MS = 200
const SPANS: [string, number][] = [
  ['1m', 60_000],
  ['15m', 900_000],
  ['1h', 3_600_000],
  ['6h', 21_600_000],
  ['1d', 86_400_000],
]

/** The visible range of time. Its end follows the clock until it is moved. */
export interface Range {
  span: number
  to: number | 'now'
}

interface Drawn {
  story: Story
  x0: number
  x1: number
  y0: number
  y1: number
}

/** Swim lanes: one for each object that something was done to, a bar for each thing done and all that came of it. */
export function Timeline(props: {
  changes: Changes
  stories: Stories
  version: number
  moment: Moment
  momentTime: number | undefined
  /** The time of the event that a search found; the range moves there. */
  found: number | undefined
  selected: Story | undefined
  select: (story: Story) => void
  theme: string
  /** Pods that are in trouble at the moment. */
  troubled: Set<string>
  only: string
  /** The namespace whose lanes are shown alone; empty for all. */
  space: string
  clearOnly: () => void
  query: string
  people: boolean
  setPeople: (people: boolean) => void
  view: 'lanes' | 'events'
  setView: (view: 'lanes' | 'events') => void
  events: ComponentChildren
}) {
  const changes = useStore(props.changes)
  const [range, setRange] = useState<Range>()
  const [system, setSystem] = useState(false)
  const [hover, setHover] = useState<{ story: Story; x: number; y: number }>()
  const now = useNow(range?.to === 'now' || !range)
  const scroller = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const drawn = useRef<Drawn[]>([])
  const drag = useRef<{ x: number; to: number; moved: boolean } | undefined>(undefined)
  const [size, setSize] = useState({ width: 800, height: 500 })
  const [top, setTop] = useState(0)

  const shown = range ?? fit(props.stories, now)
  // The first page gives the first range; it stays until another one is selected.
  useEffect(() => {
    if (!range && changes.all.length > 0) setRange(fit(props.stories, now))
  }, [range === undefined, changes.all.length === 0])
  const to = shown.to === 'now' ? now + shown.span * 0.04 : shown.to
  const from = to - shown.span
  const labels = size.width < NARROW ? NARROW_LABELS : LABELS
  const width = Math.max(100, size.width - labels)
  const scale = scaleTime().domain([from, to]).range([0, width])
  const ticks = spaced(scale.ticks(Math.max(2, width / TICK)), width / TICK_LEAST)

  useLayoutEffect(() => {
    const observer = new ResizeObserver(() =>
      setSize({ width: scroller.current!.clientWidth, height: scroller.current!.clientHeight }),
    )
    observer.observe(scroller.current!)
    return () => observer.disconnect()
  }, [])

  // The range moves with the scrubber when the moment would not be visible.
  useEffect(() => {
    if (props.momentTime === undefined) {
      if (range && range.to !== 'now') setRange({ ...range, to: 'now' })
    } else if (props.momentTime < from || props.momentTime > to) {
      setRange({ span: shown.span, to: props.momentTime + shown.span * 0.25 })
    }
  }, [props.momentTime])

  useEffect(() => {
    if (props.found !== undefined && (props.found < from || props.found > to)) setRange({ span: shown.span, to: props.found + shown.span * 0.25 })
  }, [props.found])

  useEffect(() => {
    const timer = setTimeout(() => void changes.reach(from), 150)
    return () => clearTimeout(timer)
  }, [changes, Math.round(from / 1000), changes.all.length === 0])

  const words = useMemo(() => wordsOf(props.query), [props.query])
  const lanes = useMemo(
    () =>
      props.stories
        .sorted()
        .filter((lane) => (props.only ? lane.key === props.only : props.space ? inSpace(lane, props.space) : system || words.length > 0 || !isSystem(lane)))
        .filter((lane) => props.only || lane === props.selected?.lane || lane.stories.some((story) => overlaps(story, from, to)))
        .filter((lane) => props.only || words.length === 0 || lane.stories.some((story) => story.changes.some((change) => matches(change, words))))
        .filter((lane) => props.only || !props.people || lane.stories.some(byUser))
        .map((lane) => (settle(lane), lane)),
    [props.stories, props.version, system, props.only, props.space, props.selected?.lane, words, props.people, Math.round(from / 500), Math.round(to / 500)],
  )
  const offsets = useMemo(() => {
    const tops = new Float64Array(lanes.length + 1)
    lanes.forEach((lane, index) => (tops[index + 1] = tops[index]! + PAD * 2 + lane.rows * ROW))
    return tops
  }, [lanes, props.version])
  const height = offsets[lanes.length]!
  const first = Math.max(0, upper(offsets, top) - 1)
  const last = Math.min(lanes.length, upper(offsets, top + size.height) + 1)

  useLayoutEffect(() => {
    drawn.current = draw(canvas.current!, {
      width,
      height: size.height,
      lanes: lanes.slice(first, last),
      tops: Array.from(offsets.slice(first, last), (y) => y - top),
      x: (time) => scale(time),
      ticks,
      from,
      to,
      momentTime: props.momentTime,
      now: shown.to === 'now' ? now : undefined,
      selected: props.selected,
      troubled: props.troubled,
      people: props.people,
      until: Math.min(now, to),
    })
  }, [props.troubled, lanes, first, last, top, width, size.height, from, to, props.momentTime, props.selected, props.theme, props.version, props.people, props.view])

  const zoom = (factor: number, at = to - shown.span / 2) => {
    const next = Math.max(MIN_SPAN_MS, shown.span * factor)
    const end = at + (to - at) * (next / shown.span)
    setRange({ span: next, to: shown.to === 'now' && end >= now ? 'now' : end })
  }
  const pan = (milliseconds: number) => {
    const end = to + milliseconds
    setRange({ span: shown.span, to: end >= now + shown.span * 0.04 ? 'now' : end })
  }
  const hit = (event: MouseEvent): Drawn | undefined => {
    const box = canvas.current!.getBoundingClientRect()
    const x = event.clientX - box.left
    const y = event.clientY - box.top
    return drawn.current.findLast((each) => x >= each.x0 - 3 && x <= each.x1 + 3 && y >= each.y0 - 3 && y <= each.y1 + 3)
  }

  const wheel = useRef<(event: WheelEvent) => void>(() => undefined)
  wheel.current = (event) => {
    const sideways = event.deltaX || (event.shiftKey ? event.deltaY : 0)
    if (event.ctrlKey) {
      const x = event.clientX - canvas.current!.getBoundingClientRect().left
      zoom(Math.exp(event.deltaY * 0.004), from + (x / width) * shown.span)
    } else if (sideways) pan((sideways / width) * shown.span)
    else return
    event.preventDefault()
  }
  useEffect(() => {
    const listener = (event: WheelEvent) => wheel.current(event)
    scroller.current!.addEventListener('wheel', listener, { passive: false })
    return () => scroller.current?.removeEventListener('wheel', listener)
  }, [])

  const step = (lane: number, story: Story | undefined) => {
    if (!story) return
    props.select(story)
    const view = scroller.current!
    if (offsets[lane]! < view.scrollTop) view.scrollTop = offsets[lane]!
    else if (offsets[lane + 1]! > view.scrollTop + size.height) view.scrollTop = offsets[lane + 1]! - size.height
  }
  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const at = props.selected ? lanes.indexOf(props.selected.lane) : -1
    const lane = lanes[at]
    const index = lane && props.selected ? lane.stories.indexOf(props.selected) : -1
    if (event.key === 'ArrowDown' && at + 1 < lanes.length) step(at + 1, nearest(lanes[at + 1]!, props.selected))
    else if (event.key === 'ArrowUp' && at > 0) step(at - 1, nearest(lanes[at - 1]!, props.selected))
    else if (event.key === 'ArrowLeft' && lane) step(at, lane.stories[index - 1])
    else if (event.key === 'ArrowRight' && lane) step(at, lane.stories[index + 1])
    else if (event.key === '+' || event.key === '=') zoom(0.5)
    else if (event.key === '-') zoom(2)
    else if (event.key === '0') setRange(undefined)
    else if (event.key === 'PageUp') pan(-shown.span / 2)
    else if (event.key === 'PageDown') pan(shown.span / 2)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <section class="panel timeline" aria-label="Timeline">
      <header>
        <div class="segments" role="group" aria-label="View">
          <button aria-pressed={props.view === 'lanes'} title="Lanes (V)" onClick={() => props.setView('lanes')}>
            Lanes
          </button>
          <button aria-pressed={props.view === 'events'} title="Events (V)" onClick={() => props.setView('events')}>
            Events
          </button>
        </div>
        <label class="check" title="Events of users only (P)">
          <input id="people" type="checkbox" checked={props.people} onChange={(event) => props.setPeople(event.currentTarget.checked)} /> people
        </label>
        {props.only || props.space ? (
          <button class="chip" onClick={props.clearOnly} title="Show every lane">
            {props.space || props.only.split('/').at(-1)} <span aria-hidden="true">×</span>
          </button>
        ) : (
          <label class="check" hidden={props.view === 'events'}>
            <input type="checkbox" checked={system} onChange={(event) => setSystem(event.currentTarget.checked)} /> system
          </label>
        )}
        <span class="quiet" aria-live="polite">
          {count(changes.all.length)} events{changes.loading ? ' …' : ''}
        </span>
        <div class="segments range" role="group" aria-label="Range" hidden={props.view === 'events'}>
          {SPANS.map(([name, milliseconds]) => (
            <button
              key={name}
              aria-pressed={range?.span === milliseconds}
              onClick={() => setRange({ span: milliseconds, to: props.momentTime === undefined ? 'now' : props.momentTime + milliseconds * 0.25 })}
            >
              {name}
            </button>
          ))}
          <button title="Everything that is loaded (0)" onClick={() => setRange(undefined)}>
            Fit
          </button>
        </div>
        <div class="segments zoom" role="group" aria-label="Zoom" hidden={props.view === 'events'}>
          <button aria-label="Zoom out" title="Zoom out ( - )" onClick={() => zoom(2)}>
            −
          </button>
          <button aria-label="Zoom in" title="Zoom in ( + )" onClick={() => zoom(0.5)}>
            +
          </button>
        </div>
      </header>
      {changes.failure && (
        <p class="alert" role="alert">
          {changes.failure}
        </p>
      )}
      {changes.held && (changes.all[0]?.time ?? 0) > from && (
        <p class="notice">
          The {count(changes.all.length)} newest events are shown.{' '}
          <button class="link" onClick={() => void changes.reach(from, true)}>
            Load older ones
          </button>
        </p>
      )}
      {props.view === 'events' && props.events}
      <div class="axis" style={{ paddingLeft: `${labels}px` }} aria-hidden="true" hidden={props.view === 'events'}>
        <div>
          {ticks.map((tick) => (
            <span key={+tick} style={{ left: `${scale(tick)}px` }}>
              {label(+tick, shown.span)}
            </span>
          ))}
        </div>
      </div>
      <div
        class="lanes scroll"
        hidden={props.view === 'events'}
        ref={scroller}
        tabIndex={0}
        role="listbox"
        aria-label="Stories: arrow keys select, plus and minus zoom"
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={key}
      >
        <div style={{ height: `${Math.max(height, 1)}px` }}>
          <div class="view" style={{ height: `${size.height}px` }}>
            {lanes.slice(first, last).map((lane, index) => (
              <div
                key={lane.key}
                role="option"
                aria-selected={props.selected?.lane === lane}
                class={`lane ${props.selected?.lane === lane ? 'selected' : ''}`}
                style={{ top: `${offsets[first + index]! - top}px`, height: `${PAD * 2 + lane.rows * ROW}px` }}
                onClick={() => step(first + index, lane.stories.at(-1))}
              >
                <div class="label" style={{ width: `${labels}px` }}>
                  <Name name={lane.root.name || 'unreadable record'} />
                  <span class="note">
                    {lane.root.kind}
                    {lane.root.namespace && ` · ${lane.root.namespace}`}
                  </span>
                </div>
              </div>
            ))}
            <canvas
              ref={canvas}
              style={{ left: `${labels}px`, width: `${width}px`, height: `${size.height}px` }}
              onPointerDown={(event) => {
                drag.current = { x: event.clientX, to, moved: false }
                event.currentTarget.setPointerCapture(event.pointerId)
              }}
              onPointerMove={(event) => {
                const held = drag.current
                if (held) {
                  const moved = event.clientX - held.x
                  if (Math.abs(moved) > 3) held.moved = true
                  if (held.moved) setRange({ span: shown.span, to: held.to - (moved / width) * shown.span })
                  return
                }
                const over = hit(event)
                setHover(over && { story: over.story, x: event.clientX, y: event.clientY })
              }}
              onPointerUp={(event) => {
                const moved = drag.current?.moved
                drag.current = undefined
                const over = moved ? undefined : hit(event)
                if (over) props.select(over.story)
              }}
              onPointerLeave={() => setHover(undefined)}
            />
          </div>
        </div>
        {lanes.length === 0 && <p class="empty">{changes.loading || changes.all.length === 0 ? 'Reading the log …' : 'No events in this range.'}</p>}
      </div>
      {hover && <Tip {...hover} />}
    </section>
  )
}

function Tip({ story, x, y }: { story: Story; x: number; y: number }) {
  const [from, to] = span(story)
  return (
    <div class="tip" style={{ left: `${Math.min(x + 14, innerWidth - 300)}px`, top: `${Math.min(y + 16, innerHeight - 110)}px` }}>
      <strong>{titleOf(story)}</strong>
      <span>
        {story.changes[0]!.object.kind} {story.changes[0]!.object.name}
      </span>
      <span class="quiet">
        {clock(from)} · {to > from ? duration(to - from) : 'at once'} · {actorOf(story.changes[0]!)}
      </span>
    </div>
  )
}

interface Drawing {
  width: number
  height: number
  lanes: Lane[]
  tops: number[]
  x: (time: number) => number
  ticks: Date[]
  from: number
  to: number
  momentTime: number | undefined
  now: number | undefined
  selected: Story | undefined
  troubled: Set<string>
  /** Whether only stories that users began are drawn. */
  people: boolean
  /** The end of what is known. */
  until: number
}

/** Draws the visible lanes, and returns where each bar is. */
function draw(canvas: HTMLCanvasElement, d: Drawing): Drawn[] {
  const ratio = devicePixelRatio || 1
  if (canvas.width !== Math.round(d.width * ratio) || canvas.height !== Math.round(d.height * ratio)) {
    canvas.width = Math.round(d.width * ratio)
    canvas.height = Math.round(d.height * ratio)
  }
  const style = getComputedStyle(canvas)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const colors: Record<Outcome, string> = { good: color('good'), bad: color('bad'), open: color('open'), gone: color('gone'), plain: color('plain') }
  const g = canvas.getContext('2d')!
  g.setTransform(ratio, 0, 0, ratio, 0, 0)
  g.clearRect(0, 0, d.width, d.height)
  g.strokeStyle = color('line')
  g.lineWidth = 1
  g.beginPath()
  for (const tick of d.ticks) {
    const x = Math.round(d.x(+tick)) + 0.5
    g.moveTo(x, 0)
    g.lineTo(x, d.height)
  }
  g.stroke()
  g.font = `500 11px ${style.fontFamily}`
  g.textBaseline = 'middle'
  const drawn: Drawn[] = []
  d.lanes.forEach((lane, index) => {
    state(g, lane, d.tops[index]!, colors, color('text'), d)
    const free = new Array<number>(MAX_ROWS).fill(d.width + 8)
    // From the newest to the oldest: so each knows how much room there is for its words.
    for (let i = lane.stories.length - 1; i >= 0; i--) {
      const story = lane.stories[i]!
      if (!overlaps(story, d.from, d.to) || (d.people && !byUser(story))) continue
      const [begin, end] = span(story)
      const x0 = Math.max(-10, d.x(begin))
      const x1 = Math.max(Math.min(d.width + 10, d.x(end)), x0 + SHORTEST_BAR)
      const y0 = d.tops[index]! + PAD + story.row * ROW + (ROW - BAR) / 2
      const later = d.momentTime !== undefined && begin > d.momentTime
      if (free[story.row]! - x0 < 1.5 && free[story.row]! <= d.width && story !== d.selected) continue
      const outcome = standing(story, d.troubled)
      bar(g, story, x0, x1, y0, colors[outcome], later ? 0.22 : 1, d)
      if (story === d.selected) outline(g, x0, x1, y0, color('accent'))
      free[story.row] = words(g, story, x0, x1, y0, before(lane, i, d), free[story.row]!, color('text'), color(outcome === 'open' ? 'on-open' : 'on-bar'), later)
      drawn.push({ story, x0, x1, y0, y1: y0 + BAR })
    }
  })
  if (d.momentTime !== undefined) rule(g, d.x(d.momentTime), d.height, color('accent'), false)
  else if (d.now !== undefined) rule(g, d.x(d.now), d.height, color('good'), true)
  return drawn.reverse()
}

const STRIP = 4
/** How strong the colours of what came after the moment are. */
const LATER = 0.25

/** A lane's state as colour, until it changes; each deletion is a cross. */
function state(g: CanvasRenderingContext2D, lane: Lane, top: number, colors: Record<Outcome, string>, text: string, d: Drawing) {
  const height = PAD * 2 + lane.rows * ROW
  const { stretches, deletions } = lifeOf(lane, d.until, d.momentTime === undefined ? d.troubled : undefined)
  for (const { from, to, tone } of stretches) {
    if (to < d.from || from > d.to) continue
    const x0 = Math.max(0, d.x(from))
    const x1 = Math.min(d.width, Math.max(d.x(to), x0 + 1))
    // What came after the moment is pale, as its bars are.
    const now = d.momentTime === undefined ? x1 : Math.min(x1, Math.max(x0, d.x(d.momentTime)))
    g.fillStyle = colors[tone]
    for (const [begin, end, fade] of [
      [x0, now, 1],
      [now, x1, LATER],
    ] as const) {
      g.globalAlpha = (tone === 'plain' ? 0.06 : 0.13) * fade
      g.fillRect(begin, top, end - begin, height - 1)
      g.globalAlpha = (tone === 'plain' ? 0.35 : 0.9) * fade
      g.fillRect(begin, top + height - STRIP - 1, end - begin, STRIP)
    }
  }
  g.globalAlpha = 1
  g.strokeStyle = text
  g.lineWidth = 2
  for (const time of deletions) {
    if (time < d.from || time > d.to) continue
    const x = d.x(time)
    const y = top + height - STRIP / 2 - 3
    g.beginPath()
    g.moveTo(x - 4, y - 4)
    g.lineTo(x + 4, y + 4)
    g.moveTo(x + 4, y - 4)
    g.lineTo(x - 4, y + 4)
    g.stroke()
  }
  g.lineWidth = 1
}


function bar(g: CanvasRenderingContext2D, story: Story, x0: number, x1: number, y: number, fill: string, alpha: number, d: Drawing) {
  g.globalAlpha = alpha
  g.fillStyle = fill
  g.beginPath()
  g.roundRect(x0, y, x1 - x0, BAR, 4)
  if (story.outcome === 'gone') {
    g.globalAlpha = alpha * 0.55
  }
  g.fill()
  if (x1 - x0 > 24) {
    // Each event a notch, one a pixel at most.
    g.globalAlpha = alpha * 0.5
    g.fillStyle = '#fff'
    let before = -1
    for (const change of story.changes) {
      const x = Math.round(d.x(change.time))
      if (x - before >= 2 && x > x0 + 2 && x < x1 - 2) {
        g.fillRect(x, y + BAR - 4, 1, 4)
        before = x
      }
    }
  }
  g.globalAlpha = 1
}

function outline(g: CanvasRenderingContext2D, x0: number, x1: number, y: number, stroke: string) {
  g.strokeStyle = stroke
  g.lineWidth = 2
  g.beginPath()
  g.roundRect(x0 - 2.5, y - 2.5, x1 - x0 + 5, BAR + 5, 6)
  g.stroke()
  g.lineWidth = 1
}

/** Where the bar before this one in its row ends. */
function before(lane: Lane, index: number, d: Drawing): number {
  const row = lane.stories[index]!.row
  for (let i = index - 1; i >= 0; i--) if (lane.stories[i]!.row === row) return d.x(span(lane.stories[i]!)[1]) + SHORTEST_BAR
  return 0
}

/** What a bar is about: in it, or beside it where there is room. Returns where the bar and its words begin. */
function words(g: CanvasRenderingContext2D, story: Story, x0: number, x1: number, y: number, left: number, room: number, text: string, onBar: string, later: boolean): number {
  const title = titleOf(story)
  const needed = g.measureText(title).width
  const inside = Math.max(x0, 0) + 7
  let start = x0
  g.globalAlpha = later ? 0.35 : 1
  if (inside + needed < x1 - 6) {
    g.fillStyle = onBar
    g.fillText(title, inside, y + BAR / 2 - 0.5)
  } else if (x1 + 6 + needed < room - 8) {
    g.globalAlpha *= 0.7
    g.fillStyle = text
    g.fillText(title, x1 + 6, y + BAR / 2 + 0.5)
  } else if (x0 - 6 - needed > left + 8) {
    g.globalAlpha *= 0.7
    g.fillStyle = text
    start = x0 - 6 - needed
    g.fillText(title, start, y + BAR / 2 + 0.5)
  }
  g.globalAlpha = 1
  return start
}

function rule(g: CanvasRenderingContext2D, x: number, height: number, stroke: string, dashed: boolean) {
  g.strokeStyle = stroke
  g.setLineDash(dashed ? [3, 4] : [])
  g.lineWidth = dashed ? 1 : 1.5
  g.beginPath()
  g.moveTo(x, 0)
  g.lineTo(x, height)
  g.stroke()
  g.setLineDash([])
  g.lineWidth = 1
}

const overlaps = (story: Story, from: number, to: number) => {
  const [begin, end] = span(story)
  return end >= from && begin <= to
}

const byUser = (story: Story) => asked(story.changes[0]!)
const inSpace = (lane: Lane, space: string) => lane.root.namespace === space || (lane.root.kind === 'Namespace' && lane.root.name === space)

/** Lanes with stories of the cluster itself only. */
const isSystem = (lane: Lane) =>
  lane.root.namespace.startsWith('kube-') || lane.stories.every((story) => story.changes[0]!.actor.startsWith('system:') && story.outcome === 'plain')

function nearest(lane: Lane, story: Story | undefined): Story | undefined {
  if (!story) return lane.stories.at(-1)
  const [time] = span(story)
  return lane.stories.reduce((a, b) => (Math.abs(span(a)[0] - time) < Math.abs(span(b)[0] - time) ? a : b))
}

/** All that is loaded, with a little room. */
function fit(stories: Stories, now: number): Range {
  let oldest = Infinity
  for (const lane of stories.lanes.values()) if (lane.stories.length) oldest = Math.min(oldest, span(lane.stories[0]!)[0])
  return { span: Math.max(60_000, (now - (oldest === Infinity ? now : oldest)) * 1.08), to: 'now' }
}

/** At most so many ticks: steps of time are not even, and there may be twice as many as were asked for. */
export function spaced(ticks: Date[], most: number): Date[] {
  return ticks.length <= Math.max(2, most) ? ticks : spaced(ticks.filter((_, index) => index % 2 === 0), most)
}

/** The index of the first number that is greater. */
function upper(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}

function label(time: number, span: number): string {
  if (span < 10_000) return clock(time).slice(0, -1)
  if (span < 900_000) return clock(time, false)
  const date = new Date(time)
  const hours = clock(time, false).slice(0, 5)
  return hours === '00:00' || span > 3 * 86_400_000 ? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }) : hours
}
