import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type Place, useAddress } from './address'
import { type Api, type Moment, type ObjectReference } from './api'
import { type Change, Changes } from './changes'
import { Dialog } from './Dialog'
import { EventList } from './EventList'
import { HealthWatch } from './health'
import { Inspector, Keys, type Subject, storySubject } from './Inspector'
import { Splitter, useWidths } from './Panes'
import { type Item, Resources } from './resources'
import { AskNamespace, useWholeCluster } from './Scope'
import { SearchBox } from './SearchBox'
import { useStore } from './store'
import { Stories, type Story, keyOf } from './stories'
import { Timeline } from './Timeline'
import { HealthLine, Scrubber, useMarks } from './TopBar'
import { Tree } from './Tree'

/** The page of a user: asks for a namespace first if the user cannot read all. */
export function App(props: { api: Api; user: string; leave: () => void }) {
  const [place, go] = useAddress()
  const whole = useWholeCluster(props.api)
  if (whole === undefined && !place.namespace) return <main class="login" aria-busy="true" />
  if (whole === false && !place.namespace) return <AskNamespace {...props} choose={(namespace) => go({ namespace })} />
  return <Page {...props} place={place} go={go} whole={whole ?? false} />
}

type Pane = 'tree' | 'middle' | 'details'

/** @param props.whole whether the user may look at all namespaces */
function Page(props: { api: Api; user: string; leave: () => void; place: Place; go: (change: Partial<Place>) => void; whole: boolean }) {
  const { api } = props
  const { moment, namespace } = props.place
  const setMoment = (next: Moment) => props.go({ moment: next })
  const [theme, turnTheme] = useTheme()
  const [help, setHelp] = useState(false)
  const [query, setQuery] = useState('')
  const [people, setPeople] = useState(false)
  const [view, setView] = useState<'lanes' | 'events'>('lanes')
  const [pane, setPane] = useState<Pane>('middle')
  const [widths, setWidths] = useWidths()
  const health = useLife(() => new HealthWatch(api), [api])
  const live = useLife(() => new Changes(api, namespace), [api, namespace])
  useStore(live)
  const changes = useStretch(api, live, moment)
  const resources = useResources(api, moment, namespace)
  const { stories, version } = useStories(changes)
  const marks = useMarks(storiesOf(stories), version)

  const [story, setStory] = useState<number>()
  const [item, setItem] = useState<Item>()
  const [change, setChange] = useState<Change>()
  /** The event of the item that a search found: its events are listed from there back. */
  const [hit, setHit] = useState<Change>()
  const selected = story === undefined ? undefined : stories.of(story)
  const troubled = useTroubled(resources)
  const momentTime = useMomentTime(changes, moment)

  const selectStory = (next: Story) => {
    setItem(undefined)
    setStory(next.id)
    setChange(next.changes.find((each) => each.revision === change?.revision) ?? next.changes[0])
    setPane('details')
  }
  const selectItem = (next: Item) => {
    setStory(undefined)
    setItem(next)
    setHit(undefined)
    if (next.key !== item?.key) setChange(undefined)
    setPane('details')
  }
  const selectFound = (object: ObjectReference, found?: Change) => {
    // What was found in another namespace is shown among all of them.
    if (namespace && (object.kind === 'Namespace' ? object.name : object.namespace) !== namespace) props.go({ namespace: '' })
    selectItem(resources.items.get(keyOf(object)) ?? itemFrom(object))
    setHit(found)
    setChange(found)
  }
  const selectEvent = (next: Change) => {
    setItem(undefined)
    setStory(next.revision)
    setChange(next)
    setPane('details')
  }
  const own = useOwn(changes, item, moment, item && moment === 'live' ? stories.latestOf(item.key) : 0, hit?.revision)
  useEffect(() => {
    if (item && own.events.length > 0) setChange((before) => own.events.find((each) => each.revision === before?.revision) ?? own.events[0])
  }, [item?.key, own.events])

  const subject: Subject | undefined = item
    ? { title: `${item.type.kind} ${item.name}`, object: referenceOf(item), events: own.events, older: own.older }
    : selected && storySubject(selected, troubled)
  // If the loaded events have no lane of the selected object, it is made from the object's own events.
  const laneKey = item ? stories.laneOf(item.key) : ''
  const told = useMemo(() => {
    if (!item || item.type.kind === 'Namespace' || stories.lanes.has(laneKey) || own.events.length === 0) return undefined
    const alone = new Stories()
    alone.take([...own.events].reverse())
    return alone
  }, [item?.key, laneKey, own.events, version])
  const space = item?.type.kind === 'Namespace' ? item.name : ''
  const within = useMemo(() => {
    if (!item) return undefined
    if (space) return (each: Change) => each.object.namespace === space || keyOf(each.object) === item.key
    return (each: Change) => keyOf(each.object) === item.key || stories.laneOf(keyOf(each.object)) === laneKey
  }, [item?.key, laneKey, version])

  useKeys({
    l: () => setMoment('live'),
    '[': () => setMoment(Math.max(live.oldest, (moment === 'live' ? live.newest : moment) - 1)),
    ']': () => moment !== 'live' && setMoment(moment + 1 >= live.newest ? 'live' : moment + 1),
    g: () => focus('#goto'),
    '/': () => focus('#filter'),
    v: () => setView(view === 'lanes' ? 'events' : 'lanes'),
    p: () => setPeople(!people),
    t: () => focus('.lanes, .log'),
    r: () => focus('.tree .scroll'),
    e: () => focus('.inspector .events'),
    d: turnTheme,
    '?': () => setHelp(true),
    Escape: () => (setStory(undefined), setItem(undefined), setChange(undefined)),
  })

  return (
    <div class={`app ${moment === 'live' ? '' : 'past'}`}>
      <header class="top">
        <h1>
          <img src="/console/icon.svg" alt="" width="24" height="24" /> Shiplog
        </h1>
        <Namespace resources={resources} value={namespace} choose={(next) => props.go({ namespace: next })} />
        <SearchBox api={api} namespace={props.whole ? '' : namespace} moment={moment} people={people} query={query} setQuery={setQuery} choose={selectFound} />
        <HealthLine watch={health} />
        <div class="user">
          <span title="The user that the cluster authenticated">{props.user}</span>
          <button class="icon" title="Light or dark (D)" aria-label="Light or dark" onClick={turnTheme}>
            ◐
          </button>
          <button class="icon" title="Keys (?)" aria-label="Keys" onClick={() => setHelp(true)}>
            ?
          </button>
          <button class="link" onClick={props.leave}>
            Sign out
          </button>
        </div>
      </header>
      <Scrubber changes={live} moment={moment} marks={marks} choose={setMoment} />
      <main data-pane={pane} style={{ '--left': `${widths.left}px`, '--right': `${widths.right}px` }}>
        <Tree resources={resources} query={query} selected={item?.key ?? ''} select={selectItem} />
        <Splitter label="Width of the resources" value={widths.left} grows={1} resize={(left) => setWidths({ ...widths, left })} />
        <Timeline
          changes={changes}
          stories={told ?? stories}
          version={version}
          moment={moment}
          momentTime={momentTime}
          found={hit?.time}
          selected={selected}
          select={selectStory}
          theme={theme}
          troubled={troubled}
          only={space ? '' : laneKey}
          space={space}
          clearOnly={() => setItem(undefined)}
          query={query}
          people={people}
          setPeople={setPeople}
          view={view}
          setView={setView}
          events={
            <EventList
              changes={changes}
              version={version}
              moment={moment}
              query={query}
              people={people}
              selected={change}
              choose={selectEvent}
              within={within}
            />
          }
        />
        <Splitter label="Width of the details" value={widths.right} grows={-1} resize={(right) => setWidths({ ...widths, right })} />
        <Inspector api={api} changes={changes} subject={subject} change={change} choose={setChange} goTo={setMoment} />
      </main>
      <nav class="panes" aria-label="Panes">
        {PANES.map(([each, name]) => (
          <button key={each} aria-pressed={pane === each} onClick={() => setPane(each)}>
            {name}
          </button>
        ))}
      </nav>
      {help && (
        <Dialog title="Keys" close={() => setHelp(false)}>
          <Keys />
        </Dialog>
      )}
    </div>
  )
}

const PANES: [Pane, string][] = [
  ['tree', 'Resources'],
  ['middle', 'Timeline'],
  ['details', 'Details'],
]

/**
 * An object's own events, newest first: read again at another moment, and when something happens to it.
 *
 * @param until the revision of the newest event to list, if it is not that of the moment
 */
function useOwn(changes: Changes, item: Item | undefined, moment: Moment, latest: number, until: number | undefined): { events: Change[]; older?: () => void } {
  const [own, setOwn] = useState<Own>(NOTHING)
  const wanted = useRef({})
  const key = item?.key ?? ''
  useEffect(() => {
    const mine = (wanted.current = {})
    if (!item) return setOwn(NOTHING)
    changes.of(referenceOf(item), until ?? (moment === 'live' ? undefined : moment)).then(
      (page) => mine === wanted.current && setOwn({ key, ...page }),
      () => mine === wanted.current && setOwn({ ...NOTHING, key }),
    )
  }, [changes, key, moment, until === undefined ? latest : 0, until])
  const token = own.older
  const older = () => {
    const mine = wanted.current
    if (!item) return
    changes.of(referenceOf(item), undefined, token).then(
      (page) => mine === wanted.current && setOwn((before) => (before.older === token ? { key, events: [...before.events, ...page.events], older: page.older } : before)),
      () => undefined,
    )
  }
  // Until the object's own events are loaded there are none.
  return own.key === key ? { events: own.events, older: token ? older : undefined } : NONE_YET
}

interface Own {
  key: string
  events: Change[]
  older?: string
}

const NOTHING: Own = { key: '', events: [] }
const NONE_YET: { events: Change[] } = { events: [] }

/** The namespace that the page shows. Users who cannot list namespaces type its name. */
function Namespace(props: { resources: Resources; value: string; choose: (namespace: string) => void }) {
  const resources = useStore(props.resources)
  const known = useRef<string[]>([])
  if (!props.value) {
    known.current = [...resources.items.values()].filter((item) => item.type.kind === 'Namespace').map((item) => item.name).sort()
  }
  return (
    <form
      class="namespace"
      onSubmit={(event) => {
        event.preventDefault()
        props.choose(new FormData(event.currentTarget).get('namespace') as string)
      }}
    >
      <input
        name="namespace"
        list="namespaces"
        placeholder="All namespaces"
        aria-label="Namespace"
        autocomplete="off"
        defaultValue={props.value}
        onChange={(event) => props.choose(event.currentTarget.value.trim())}
      />
      <datalist id="namespaces">
        {known.current.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </form>
  )
}

interface Living {
  start(): Promise<void>
  close(): void
}

/** Something that lives as long as what it was made from. */
function useLife<T extends Living>(make: () => T, inputs: unknown[]): T {
  const made = useMemo(make, inputs)
  useEffect(() => {
    void made.start()
    return () => made.close()
  }, [made])
  return made
}

/** The part of the log that has a moment: the live one, or another one for a moment long ago. */
function useStretch(api: Api, live: Changes, moment: Moment): Changes {
  const [past, setPast] = useState<Changes>()
  const fits = moment === 'live' || live.newest === 0 || live.near(moment)
  useEffect(() => {
    if (fits) {
      setPast(undefined)
      return
    }
    if (past?.near(moment)) return
    const stretch = new Changes(api, live.namespace, Math.min(live.newest, moment + AROUND))
    void stretch.start()
    setPast(stretch)
  }, [fits, moment, live])
  useEffect(() => () => past?.close(), [past])
  return (!fits && past) || live
}

const AROUND = 200

/** The objects of the moment. The previous ones stay visible until the new ones are loaded. */
function useResources(api: Api, moment: Moment, namespace: string): Resources {
  const [shown, setShown] = useState(() => new Resources(api, moment, namespace))
  useEffect(() => {
    const next = new Resources(api, moment, namespace)
    const stop = next.subscribe(() => {
      if (next.loading && shown.items.size > 0) return
      stop()
      setShown(next)
    })
    void next.start()
    return () => (stop(), next.close())
  }, [api, moment, namespace])
  return shown
}

function useStories(changes: Changes): { stories: Stories; version: number } {
  useStore(changes)
  const held = useRef<{ changes: Changes; generation: number; stories: Stories } | undefined>(undefined)
  if (held.current?.changes !== changes || held.current.generation !== changes.generation) {
    held.current = { changes, generation: changes.generation, stories: new Stories() }
  }
  const { stories } = held.current
  stories.take(changes.all)
  return { stories, version: changes.generation * 1e9 + changes.all.length }
}

/** The pods whose state at the moment says that something is wrong. */
function useTroubled(resources: Resources): Set<string> {
  useStore(resources)
  const found = [...resources.items.values()].filter((item) => item.tone === 'bad' && item.type.kind === 'Pod').map((item) => item.key)
  return useMemo(() => new Set(found), [found.join()])
}

function* storiesOf(stories: Stories): Iterable<Story> {
  for (const lane of stories.lanes.values()) yield* lane.stories
}

function useMomentTime(changes: Changes, moment: Moment): number | undefined {
  const [asked, setAsked] = useState<{ moment: number; time: number }>()
  const known = moment === 'live' ? undefined : changes.at(moment)?.time
  useEffect(() => {
    if (moment === 'live' || known !== undefined) return
    changes.upTo(String(moment)).then((change) => change && setAsked({ moment, time: change.time }), () => undefined)
  }, [changes, moment, known === undefined])
  return moment === 'live' ? undefined : (known ?? (asked?.moment === moment ? asked.time : undefined))
}

function useTheme(): [string, () => void] {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const [theme, setTheme] = useState(localStorage.getItem('theme') ?? (dark.matches ? 'dark' : 'light'))
  // Before anything is drawn with it: a canvas reads its colours from the page.
  document.documentElement.dataset.theme = theme
  useEffect(() => {
    const listener = () => localStorage.getItem('theme') ?? setTheme(dark.matches ? 'dark' : 'light')
    dark.addEventListener('change', listener)
    return () => dark.removeEventListener('change', listener)
  }, [])
  return [
    theme,
    () => {
      const next = theme === 'dark' ? 'light' : 'dark'
      localStorage.setItem('theme', next)
      setTheme(next)
    },
  ]
}

function useKeys(keys: Record<string, () => void>) {
  const held = useRef(keys)
  held.current = keys
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      const typing = target.matches('input:not([type=range]):not([type=checkbox]), textarea')
      if (typing && event.key === 'Escape') target.blur()
      if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return
      const act = held.current[event.key.length === 1 ? event.key.toLowerCase() : event.key]
      if (!act) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [])
}

const focus = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus()

/** What a search found, as the tree shows objects; it may be gone. */
const itemFrom = (object: ObjectReference): Item => ({
  key: keyOf(object),
  type: {
    group: object.group,
    version: object.apiVersion.split('/').at(-1)!,
    resource: object.resource,
    kind: object.kind,
    namespaced: object.namespace !== '',
  },
  namespace: object.namespace,
  name: object.name,
  uid: object.uid,
  owners: [],
  status: '',
  tone: 'plain',
})

const referenceOf = (item: Item): ObjectReference => ({
  apiVersion: item.type.group ? `${item.type.group}/${item.type.version}` : item.type.version,
  kind: item.type.kind,
  group: item.type.group,
  resource: item.type.resource,
  namespace: item.namespace,
  name: item.name,
  uid: item.uid,
})

