import { useEffect, useMemo, useReducer, useState } from 'preact/hooks'
import type { Moment } from './api'
import type { Change, Changes, FieldChange } from './changes'
import { clock, count, moment as shownMoment, zone } from './format'
import { Name } from './Name'
import { type EventLine, actorOf, eventLines, shortActor } from './people'
import { matches, wordsOf } from './search'
import { useStore } from './store'
import { isNoise, maskedFields } from './values'
import { VirtualList } from './VirtualList'

const ROW = 44
/** Where the pane is narrow, an event takes three lines. */
const NARROW_ROW = 64
const NARROW = 520

/** The events of the log, newest first: when, who, what, and which field. Older ones load on scrolling. */
export function EventList(props: {
  changes: Changes
  version: number
  moment: Moment
  query: string
  people: boolean
  selected: Change | undefined
  choose: (change: Change) => void
  /** Whether an event belongs to what is selected in the tree. */
  within: ((change: Change) => boolean) | undefined
}) {
  const changes = useStore(props.changes)
  const [open, setOpen] = useState(() => new Set<number>())
  const words = useMemo(() => wordsOf(props.query), [props.query])
  const lines = useMemo(() => {
    const until = props.moment === 'live' ? Infinity : props.moment
    const shown = changes.all.filter((change) => change.revision <= until && (props.within?.(change) ?? true) && matches(change, words))
    return eventLines(shown.reverse(), props.people, open)
  }, [changes, props.version, props.moment, words, props.people, open, props.within])
  const active = lines.findIndex((line) => !line.folded && line.change.revision === props.selected?.revision)
  const turn = (revision: number) => {
    const next = new Set(open)
    if (!next.delete(revision)) next.add(revision)
    setOpen(next)
  }
  const act = (line: EventLine) => (line.folded ? turn(line.change.revision) : props.choose(line.change))
  const key = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (!by) return
    let index = active + by
    while (lines[index]?.folded) index += by
    const line = lines[index]
    if (line) props.choose(line.change)
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <>
      <VirtualList
        class="log"
        role="listbox"
        label="Events of the log"
        count={lines.length}
        rowHeight={innerWidth < NARROW ? NARROW_ROW : ROW}
        active={active}
        activeId={active >= 0 ? `log-${props.selected!.revision}` : undefined}
        onKeyDown={key}
        onEnd={changes.complete ? undefined : () => void changes.more()}
        row={(index) => {
          const line = lines[index]!
          return line.folded ? (
            <Folded key={`folded-${line.change.revision}`} line={line} open={open.has(line.change.revision)} turn={() => act(line)} />
          ) : (
            <EventRow key={line.change.revision} change={line.change} changes={changes} selected={index === active} choose={() => act(line)} />
          )
        }}
      />
      <p class="foot quiet" role="status">
        {lines.length === 0 ? 'No event matches. ' : ''}
        {changes.loading ? 'Loading older events …' : changes.complete ? `All ${count(changes.all.length)} events are loaded.` : `${count(changes.all.length)} events are loaded; scroll for older ones.`}
      </p>
    </>
  )
}

function Folded({ line, open, turn }: { line: EventLine; open: boolean; turn: () => void }) {
  const actors = new Set(line.folded!.map((change) => shortActor(change)))
  return (
    <div class="logline folded" role="option" aria-selected={false}>
      <button class="link" aria-expanded={open} onClick={turn}>
        {open ? '▾' : '▸'} {count(line.folded!.length)} {line.folded!.length === 1 ? 'event' : 'events'} of {[...actors].slice(0, 3).join(', ')}
        {actors.size > 3 && ` and ${actors.size - 3} more`}
      </button>
    </div>
  )
}

function EventRow({ change, changes, selected, choose }: { change: Change; changes: Changes; selected: boolean; choose: () => void }) {
  const fields = useFields(changes, change)
  return (
    <div id={`log-${change.revision}`} role="option" aria-selected={selected} class={`logline ${selected ? 'selected' : ''}`} onClick={choose}>
      <span class="offset" title={`${shownMoment(change.time)} ${zone(change.time)} · revision ${count(change.revision)}`}>
        {clock(change.time, false)}
      </span>
      <b class="who" title={actorOf(change)}>
        {shortActor(change)}
      </b>
      <span class={`word ${change.word}`}>{change.word}</span>
      <span class="object">
        <span class="note">{change.object.kind}</span> <Name name={change.object.name} />
      </span>
      <code class="which" title={fields}>
        {fields}
      </code>
    </div>
  )
}

/** These are about all fields: none of them says more than the word. */
const WHOLE = new Set(['created', 'deleted'])

const LONGEST_PATH = 40

/** A path without its beginning, where it is long: the end says what it is. */
function ending(path: string): string {
  const steps = path.match(/\[[^\]]*\]|\.[^.[]+/g) ?? [path]
  let first = 0
  while (first < steps.length - 1 && steps.slice(first).join('').length > LONGEST_PATH) first++
  return (first > 0 ? '…' : '') + steps.slice(first).join('')
}

/** Which fields an event changed, in one line. */
export function fieldLine(fields: FieldChange[] | undefined, secret: boolean): string {
  const loud = (secret ? maskedFields(fields ?? []) : (fields ?? [])).filter((field) => field.path && !isNoise(field.path))
  const first = loud.find((field) => !field.path.startsWith('.status.conditions')) ?? loud[0]
  if (!first) return ''
  const short = (value: unknown) => {
    const text = typeof value === 'object' ? '…' : String(value).replaceAll('\n', '⏎')
    return text.length > 32 ? text.slice(0, 31) + '…' : text
  }
  const values = first.op === 'remove' ? ' removed' : first.op === 'add' ? `=${short(first.after)}` : `: ${short(first.before)}→${short(first.after)}`
  return ending(first.path) + values + (loud.length > 1 ? ` (+${loud.length - 1})` : '')
}

/** The field lines of visible events; a few are requested at a time. */
const asked = new WeakMap<Changes, Map<number, string>>()
const waiting: (() => Promise<void>)[] = []
let running = 0
const AT_ONCE = 3

function useFields(changes: Changes, change: Change): string {
  const known = asked.get(changes) ?? asked.set(changes, new Map()).get(changes)!
  const [, redraw] = useReducer((n: number) => n + 1, 0)
  useEffect(() => {
    if (known.has(change.revision)) return
    let wanted = true
    waiting.push(async () => {
      if (!wanted || known.has(change.revision)) return
      const raw = await changes.whole(change.revision).catch(() => undefined)
      if (!raw) return
      known.set(change.revision, !WHOLE.has(change.word) && raw.previous ? fieldLine(raw.fields, change.object.kind === 'Secret') : '')
      if (wanted) redraw(undefined)
    })
    void work()
    return () => {
      wanted = false
    }
  }, [changes, change.revision])
  return known.get(change.revision) ?? ''
}

async function work() {
  if (running >= AT_ONCE) return
  running++
  for (let next = waiting.pop(); next; next = waiting.pop()) await next()
  running--
}
