import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Shown, type Answer } from './answers'
import type { Api, Moment, ObjectReference } from './api'
import type { Change } from './changes'
import { fieldLine } from './EventList'
import { count, moment as shownMoment, when, zone } from './format'
import { Name } from './Name'
import { actorOf, asked, shortActor } from './people'
import { type Found, search } from './search'

/** After the last key, so long until the server is asked. */
const SETTLE_MS = 250
/** With fewer characters nearly everything would be found. */
const SHORTEST = 2

/** Filters what is loaded, and searches the whole cluster and its past on the server. */
export function SearchBox(props: {
  api: Api
  /** What is searched; empty for all namespaces. */
  namespace: string
  moment: Moment
  /** Whether only events are searched that users asked for. */
  people: boolean
  query: string
  setQuery: (query: string) => void
  /** An object was chosen; with an event, if one of its events or its deletion was. */
  choose: (object: ObjectReference, change?: Change) => void
}) {
  const { query } = props
  const text = query.trim()
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const { answer, busy, more } = useSearch(props.api, props.namespace, text, props.moment, props.people, open)
  const choose = (object: ObjectReference, change?: Change) => {
    setOpen(false)
    props.choose(object, change)
  }
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      setOpen(false)
      // The page takes the focus out of the field.
      if (document.activeElement?.id === 'filter') return
      box.current!.querySelector('input')!.focus()
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      step(box.current!, event.key === 'ArrowDown' ? 1 : -1)
      event.preventDefault()
    } else if (event.key === 'Enter' && document.activeElement?.id === 'filter') setOpen(true)
    else return
    event.stopPropagation()
  }
  return (
    <div
      class="searchbox"
      ref={box}
      onKeyDown={key}
      onFocusOut={(event) => !box.current!.contains(event.relatedTarget as Node | null) && setOpen(false)}
    >
      <input
        id="filter"
        class="search"
        type="search"
        placeholder="Search objects, events, people"
        aria-label="Search objects, events and people"
        aria-expanded={open && text.length >= SHORTEST}
        aria-controls="found"
        title="Names, kinds, namespaces, people; key=value for a label, .spec.replicas for a changed field (/)"
        autocomplete="off"
        value={query}
        onFocus={() => setOpen(true)}
        onInput={(event) => (setOpen(true), props.setQuery(event.currentTarget.value))}
      />
      {open && text.length >= SHORTEST && (
        <section id="found" class="found scroll" aria-label="What the server found" aria-busy={busy} tabIndex={-1}>
          <Shown answer={answer} waiting="Searching …">{(found) => <Hits found={found} busy={busy} more={more} choose={choose} />}</Shown>
        </section>
      )}
    </div>
  )
}

/** Moves the focus between the box and what was found. */
function step(box: HTMLElement, by: number) {
  const stops = [...box.querySelectorAll<HTMLElement>('input, .hit')]
  stops[stops.indexOf(document.activeElement as HTMLElement) + by]?.focus()
}

/** Asks when the text has settled, and again when the moment or the namespace changes. */
function useSearch(api: Api, namespace: string, text: string, moment: Moment, people: boolean, open: boolean) {
  const [answer, setAnswer] = useState<Answer<Found>>({})
  const [busy, setBusy] = useState(false)
  const asked = useRef({})
  const ask = async (after?: Found) => {
    const mine = (asked.current = {})
    setBusy(true)
    const next = await search(api, namespace, text, moment, people, after).then((value) => ({ value }), (failure: unknown) => ({ failure }))
    if (mine !== asked.current) return
    setAnswer(next)
    setBusy(false)
  }
  useEffect(() => {
    asked.current = {}
    setAnswer({})
    if (!open || text.length < SHORTEST) return
    const timer = setTimeout(() => void ask(), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [api, namespace, text, moment, people, open])
  return { answer, busy, more: () => void ask(answer.value) }
}

function Hits(props: { found: Found; busy: boolean; more: () => void; choose: (object: ObjectReference, change?: Change) => void }) {
  const { found, choose } = props
  const { objects, events } = found
  // What users deleted comes before what followed from it.
  const deleted = [...found.deleted].sort((a, b) => Number(asked(b)) - Number(asked(a)))
  const now = Date.now()
  return (
    <>
      <Group name="Objects" rows={objects.length}>
        {objects.map((object) => (
          <button key={`${object.uid}`} class="hit" onClick={() => choose(object)}>
            <span class="note">{object.kind}</span>
            <Name name={object.name} />
            <span class="where quiet">{object.namespace}</span>
          </button>
        ))}
        {found.moreObjects && <p class="quiet">There are more: add a word.</p>}
      </Group>
      <Group name="Deleted objects" rows={deleted.length}>
        {deleted.map((change) => (
          <button key={change.revision} class="hit" onClick={() => choose(change.object, change)}>
            <span class="note">{change.object.kind}</span>
            <Name name={change.object.name} />
            <span class="where quiet" title={`${shownMoment(change.time)} ${zone(change.time)}, by ${actorOf(change)}`}>
              {change.object.namespace && `${change.object.namespace} · `}
              {when(change.time, now)} by {shortActor({ actor: change.actor })}
            </span>
          </button>
        ))}
      </Group>
      <Group name="Events" rows={events.length}>
        {events.map(({ change, fields }) => {
          const which = fields ? fieldLine(fields, change.object.kind === 'Secret') : ''
          return (
            <button key={change.revision} class="hit change" title={which} onClick={() => choose(change.object, change)}>
              <span class="offset" title={`${shownMoment(change.time)} ${zone(change.time)} · revision ${count(change.revision)}`}>
                {when(change.time, now)}
              </span>
              <b class="who" title={actorOf(change)}>
                {shortActor(change)}
              </b>
              <span class={`word ${change.word}`}>{change.word}</span>
              <span class="object">
                <span class="note">{change.object.kind}</span> <Name name={change.object.name} />
              </span>
            </button>
          )
        })}
      </Group>
      <p class="foot quiet" role="status">
        {objects.length + deleted.length + events.length === 0 && 'Nothing found. '}
        {!found.more ? (
          'The whole log was searched.'
        ) : (
          <>
            Events were searched back to revision {count(found.searchedTo)}.{' '}
            <button class="link" disabled={props.busy} onClick={props.more}>
              {props.busy ? 'Searching …' : 'Search older ones'}
            </button>
          </>
        )}
      </p>
    </>
  )
}

const Group = ({ name, rows, children }: { name: string; rows: number; children: ComponentChildren }) =>
  rows === 0 ? null : (
    <section aria-label={name}>
      <h3>{name}</h3>
      {children}
    </section>
  )
