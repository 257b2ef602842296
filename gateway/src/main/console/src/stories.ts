import type { Change } from './changes'

/** How a story stands: done, failed, not settled yet, gone, or a change that has no end to wait for. */
export type Outcome = 'good' | 'bad' | 'open' | 'gone' | 'plain'

/** What belongs together: a rollout, a pod's start, a user's edit. One bar. */
export interface Story {
  /** The first event's revision: stays the same while events are added. */
  id: number
  changes: Change[]
  lane: Lane
  /** Which of the lane's rows its bar is in, so that bars that overlap stand below one another. */
  row: number
  outcome: Outcome
}

/** All stories of one object and of what it caused. */
export interface Lane {
  key: string
  root: Change['object']
  stories: Story[]
  rows: number
  /** Whether its stories' rows are worked out. */
  settled: boolean
  /** Of its newest event. */
  latest: number
}

/** Reports of nodes name no cause: they belong to what happened to the same object shortly before. */
const SHORTLY_MS = 120_000
export const MAX_ROWS = 4

export const keyOf = (object: Change['object']) => `${object.group}/${object.resource}/${object.namespace}/${object.name}`

const isSystem = (actor: string) => actor.startsWith('system:') && !actor.startsWith('system:serviceaccount:')

/** Groups events into stories and stories into lanes, one event after the other in the log's order. */
export class Stories {
  readonly lanes = new Map<string, Lane>()
  private readonly byCorrelation = new Map<string, Story>()
  /** The newest story of each object. */
  private readonly byObject = new Map<string, Story>()
  private readonly byRevision = new Map<number, Story>()
  /** The lane of each object that ever had one, deleted ones too. */
  private readonly lanesOf = new Map<string, Lane>()
  private taken = 0

  /** Takes what has come since the last call; the events before must be the same ones. */
  take(changes: Change[]) {
    for (; this.taken < changes.length; this.taken++) this.add(changes[this.taken]!)
  }

  of(revision: number): Story | undefined {
    return this.byRevision.get(revision)
  }

  /** The newest event of an object's newest story, 0 if there is none. */
  latestOf(object: string): number {
    return this.byObject.get(object)?.changes.at(-1)!.revision ?? 0
  }

  /** The key of the lane in which an object's events are; its own if it has none. */
  laneOf(object: string): string {
    return this.lanesOf.get(object)?.key ?? object
  }

  /** By their newest event, newest first. */
  sorted(): Lane[] {
    return [...this.lanes.values()].sort((a, b) => b.latest - a.latest)
  }

  private add(change: Change) {
    const object = keyOf(change.object)
    const story = this.storyOf(change, object) ?? this.begin(change, object)
    story.changes.push(change)
    story.lane.latest = change.time
    story.lane.settled = false
    story.outcome = outcomeOf(story)
    this.byRevision.set(change.revision, story)
    this.lanesOf.set(object, story.lane)
    if (change.correlation) this.byCorrelation.set(change.correlation, story)
    if (change.word === 'deleted') this.byObject.delete(object)
    else this.byObject.set(object, story)
  }

  private storyOf(change: Change, object: string): Story | undefined {
    const same = this.byCorrelation.get(change.correlation)
    if (same) return same
    if (change.cause || !isSystem(change.actor)) return undefined
    const before = this.byObject.get(object)
    return before && change.time - before.changes.at(-1)!.time < SHORTLY_MS ? before : undefined
  }

  private begin(change: Change, object: string): Story {
    const lane = this.byObject.get(object)?.lane ?? this.lane(change, object)
    const story: Story = { id: change.revision, changes: [], lane, row: 0, outcome: 'plain' }
    lane.stories.push(story)
    return story
  }

  private lane(change: Change, key: string): Lane {
    let lane = this.lanes.get(key)
    if (!lane) {
      lane = { key, root: change.object, stories: [], rows: 1, settled: false, latest: change.time }
      this.lanes.set(key, lane)
    }
    return lane
  }
}

/** Puts a lane's stories into rows: each into the first in which nothing else is under way when it begins. */
export function settle(lane: Lane) {
  if (lane.settled) return
  const ends: number[] = []
  for (const story of lane.stories) {
    const [from, to] = span(story)
    const free = ends.findIndex((end) => end < from)
    story.row = free >= 0 ? free : Math.min(ends.length, MAX_ROWS - 1)
    ends[story.row] = Math.max(ends[story.row] ?? to, to)
  }
  lane.rows = ends.length
  lane.settled = true
}

/** How a story stands at the moment looked at: what is not settled is bad where the state of one of its pods says so. */
export function standing(story: Story, troubled: Set<string>): Outcome {
  return story.outcome === 'open' && troubled.size > 0 && states.get(story)?.waitsFor(troubled) ? 'bad' : story.outcome
}

/** What the pods of a story, or its objects where it has no pods, came to. Works on the newest event of each. */
function outcomeOf(story: Story): Outcome {
  const last = story.changes.at(-1)!
  const state = (states.get(story) ?? states.set(story, new States()).get(story)!).add(last)
  return state.outcome(story)
}

class States {
  private readonly pods = new Map<string, Outcome>()
  private readonly counts: Record<Outcome, number> = { good: 0, bad: 0, open: 0, gone: 0, plain: 0 }

  add(change: Change): this {
    const outcome = change.object.resource === 'pods' ? POD_WORDS[change.word] : undefined
    if (outcome) {
      const key = keyOf(change.object)
      const before = this.pods.get(key)
      if (before) this.counts[before]--
      this.counts[outcome]++
      this.pods.set(key, outcome)
    }
    return this
  }

  waitsFor(pods: Set<string>): boolean {
    for (const pod of pods) if (this.pods.get(pod) === 'open') return true
    return false
  }

  outcome(story: Story): Outcome {
    if (this.counts.bad) return 'bad'
    if (this.counts.open) return 'open'
    if (this.counts.good) return 'good'
    const first = story.changes[0]!
    if (this.counts.gone || first.word === 'deleted' || first.word === 'deletion-requested') return 'gone'
    const own = story.changes.findLast((change) => keyOf(change.object) === keyOf(first.object))!
    return own.word === 'unready' ? 'bad' : own.word === 'ready' ? 'good' : 'plain'
  }
}

const states = new WeakMap<Story, States>()

/** What an event says of its pod. */
export const POD_WORDS: Record<string, Outcome> = {
  created: 'open',
  scheduled: 'open',
  started: 'open',
  unready: 'open',
  restarted: 'bad',
  ready: 'good',
  succeeded: 'good',
  failed: 'bad',
  'deletion-requested': 'gone',
  deleted: 'gone',
}

/** What a story is called: what was asked for at its beginning. */
export function titleOf(story: Story): string {
  const first = story.changes[0]!
  const word = WORDS[first.word] ?? first.word.replaceAll('-', ' ')
  return story.changes.length === 1 ? word : `${word} · ${story.changes.length} events`
}

const WORDS: Record<string, string> = {
  'template-changed': 'rollout',
  'deletion-requested': 'deletion',
  'status-changed': 'status',
}

export const span = (story: Story) => [story.changes[0]!.time, story.changes.at(-1)!.time] as const
