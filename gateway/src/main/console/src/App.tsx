import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type Api, type Moment, type ObjectReference } from './api'
import { type Change, Changes } from './changes'
import { Dialog } from './Dialog'
import { HealthWatch } from './health'
import { Inspector, Keys, type Subject, storySubject } from './Inspector'
import { type Item, Resources } from './resources'
import { useStore } from './store'
import { Stories, type Story } from './stories'
import { Timeline } from './Timeline'
import { HealthLine, Scrubber, useMarks } from './TopBar'
import { Tree } from './Tree'

/** The page of somebody who may look. */
export function App(props: { api: Api; user: string; leave: () => void }) {
  const { api } = props
  const [namespace, setNamespace] = useState('')
  const [moment, setMoment] = useMoment()
  const [theme, turnTheme] = useTheme()
  const [help, setHelp] = useState(false)
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
  const [own, setOwn] = useState<Change[]>([])
  const selected = story === undefined ? undefined : stories.of(story)
  const troubled = useTroubled(resources)
  const momentTime = useMomentTime(changes, moment)

  const selectStory = (next: Story) => {
    setItem(undefined)
    setStory(next.id)
    setChange(next.changes.find((each) => each.revision === change?.revision) ?? next.changes[0])
  }
  const selectItem = (next: Item) => {
    setStory(undefined)
    setItem(next)
  }
  // An object's own events: asked anew for another moment, and when something happened to it.
  const latest = item && moment === 'live' ? stories.latestOf(item.key) : 0
  useEffect(() => {
    if (!item) return
    let wanted = true
    changes.of(referenceOf(item), moment === 'live' ? undefined : moment).then(
      (events) => {
        if (!wanted) return
        setOwn(events)
        setChange((before) => events.find((each) => each.revision === before?.revision) ?? events[0])
      },
      () => wanted && setOwn([]),
    )
    return () => {
      wanted = false
    }
  }, [item?.key, moment, latest])

  const subject: Subject | undefined = item
    ? { title: `${item.type.kind} ${item.name}`, object: referenceOf(item), events: own }
    : selected && storySubject(selected, troubled)

  useKeys({
    l: () => setMoment('live'),
    '[': () => setMoment(Math.max(live.oldest, (moment === 'live' ? live.newest : moment) - 1)),
    ']': () => moment !== 'live' && setMoment(moment + 1 >= live.newest ? 'live' : moment + 1),
    g: () => focus('#goto'),
    '/': () => focus('#filter'),
    t: () => focus('.lanes'),
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
        <Namespace resources={resources} value={namespace} choose={setNamespace} />
        <HealthLine watch={health} />
        <div class="user">
          <span title="Who you are to the cluster">{props.user}</span>
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
      <main>
        <Tree resources={resources} selected={item?.key ?? ''} select={selectItem} />
        <Timeline
          changes={changes}
          stories={stories}
          version={version}
          moment={moment}
          momentTime={momentTime}
          selected={selected}
          select={selectStory}
          theme={theme}
          troubled={troubled}
          only={item ? stories.laneOf(item.key) : ''}
          clearOnly={() => setItem(undefined)}
        />
        <Inspector api={api} changes={changes} subject={subject} change={change} choose={setChange} goTo={setMoment} />
      </main>
      {help && (
        <Dialog title="Keys" close={() => setHelp(false)}>
          <Keys />
        </Dialog>
      )}
    </div>
  )
}

/** Which namespace everything is about. Who may not list namespaces can name one. */
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

/** The stretch of the log that holds a moment: the live one, or one of its own for a moment long ago. */
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

/** The objects of the moment. Those of the moment before stay in sight until the others are there. */
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

/** The moment stands in the address: it can be passed on. */
function useMoment(): [Moment, (moment: Moment) => void] {
  const read = (): Moment => {
    const at = Number(new URLSearchParams(location.hash.slice(1)).get('at'))
    return at > 0 ? at : 'live'
  }
  const [moment, setMoment] = useState(read)
  useEffect(() => {
    const listener = () => setMoment(read())
    addEventListener('hashchange', listener)
    return () => removeEventListener('hashchange', listener)
  }, [])
  return [
    moment,
    (next) => {
      history.replaceState(null, '', next === 'live' ? location.pathname : `#at=${next}`)
      setMoment(next)
    },
  ]
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

const referenceOf = (item: Item): ObjectReference => ({
  apiVersion: item.type.group ? `${item.type.group}/${item.type.version}` : item.type.version,
  kind: item.type.kind,
  group: item.type.group,
  resource: item.type.resource,
  namespace: item.namespace,
  name: item.name,
  uid: item.uid,
})

