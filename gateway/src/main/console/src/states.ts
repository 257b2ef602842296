import type { Change } from './changes'
import { type Lane, type Outcome, POD_WORDS, keyOf } from './stories'
import { worst } from './tones'

/** The state of a lane from one time to another; the last one lasts. */
export interface Stretch {
  from: number
  to: number
  tone: Outcome
}

/** What a lane's object was through time, and when something of it was deleted. */
export interface Life {
  stretches: Stretch[]
  deletions: number[]
}

/** What is under way for so long hangs: the progressDeadlineSeconds that a Deployment has by default. */
export const HANGS_MS = 600_000

/**
 * The states of a lane: the worst of its pods, or of its object where it has none. A state lasts until an event changes it. A pod that was
 * seen in trouble stays in trouble until it is ready or gone: between two attempts its status says nothing bad.
 *
 * @param now the end of what is known, as Unix milliseconds
 * @param troubled the keys of the pods that are in trouble now; undefined at an earlier moment
 */
export function lifeOf(lane: Lane, now: number, troubled?: ReadonlySet<string>): Life {
  const { changes, stretches: known, deletions, open } = replayed(lane)
  const stretches = known.map((each) => ({ ...each }))
  const last = stretches.at(-1)
  if (last?.to === Infinity) {
    last.to = Math.max(now, last.from)
    if (last.tone === 'open' && troubled) {
      const since = troubleOf(lane, last.from, open, troubled, Math.max(last.from, changes.at(-1)!.time))
      if (since !== undefined) split(stretches, since)
    }
  }
  for (const each of [...stretches]) {
    if (each.tone === 'open' && each.to - each.from > HANGS_MS) split(stretches, each.from + HANGS_MS, each)
  }
  return { stretches, deletions }
}

/** Since when pods are in trouble, in the stretch that begins at `from`. */
const trouble = new WeakMap<Lane, { from: number; since: number; pods: ReadonlySet<string> }>()

function troubleOf(lane: Lane, from: number, open: string[], troubled: ReadonlySet<string>, first: number): number | undefined {
  const seen = trouble.get(lane)
  const before = seen?.from === from ? seen : undefined
  const pods = new Set(open.filter((pod) => troubled.has(pod) || before?.pods.has(pod)))
  if (!pods.size) {
    trouble.delete(lane)
    return undefined
  }
  const since = before?.since ?? first
  trouble.set(lane, { from, since, pods })
  return since
}

/** From a time on, a stretch that is under way is bad. */
function split(stretches: Stretch[], at: number, stretch = stretches.at(-1)!) {
  stretches.splice(stretches.indexOf(stretch) + 1, 0, { from: at, to: stretch.to, tone: 'bad' })
  stretch.to = at
}

interface Replayed extends Life {
  size: number
  changes: Change[]
  /** The pods that are under way at the end. */
  open: string[]
}

const held = new WeakMap<Lane, Replayed>()

function replayed(lane: Lane): Replayed {
  const size = lane.stories.reduce((sum, story) => sum + story.changes.length, 0)
  const before = held.get(lane)
  if (before?.size === size) return before
  const changes = lane.stories.flatMap((story) => story.changes).sort((a, b) => a.revision - b.revision)
  const pods = new Map<string, Outcome>()
  const stretches: Stretch[] = []
  const deletions: number[] = []
  let root: Outcome = 'plain'
  for (const change of changes) {
    const key = keyOf(change.object)
    if (change.word === 'deleted' && (key === lane.key || change.cause === '' || change.object.resource === 'pods')) deletions.push(change.time)
    if (change.object.resource === 'pods') evolvePod(pods, key, change.word)
    if (key === lane.key) {
      root = ROOT_WORDS[change.word] ?? (root === 'gone' ? 'plain' : root)
      if (DONE.has(change.word)) pods.clear()
    }
    const tone = root === 'gone' && pods.size === 0 ? 'gone' : worst([...new Set(pods.values())], pods.size ? 'plain' : root)
    const last = stretches.at(-1)
    if (last?.to === Infinity) {
      if (last.tone === tone) continue
      last.to = change.time
    }
    if (tone !== 'gone') stretches.push({ from: change.time, to: Infinity, tone })
  }
  const open = [...pods].filter(([, tone]) => tone === 'open').map(([key]) => key)
  const made = { size, changes, stretches, deletions, open }
  held.set(lane, made)
  return made
}

function evolvePod(pods: Map<string, Outcome>, key: string, word: string) {
  const next = POD_WORDS[word]
  if (!next) return
  if (next === 'gone') pods.delete(key)
  // A container that failed is well again when the pod is ready, not when it starts once more.
  else if (next !== 'open' || pods.get(key) !== 'bad') pods.set(key, next)
}

const DONE = new Set(['succeeded', 'completed'])
const ROOT_WORDS: Record<string, Outcome> = {
  ready: 'good',
  succeeded: 'good',
  completed: 'good',
  failed: 'bad',
  unready: 'bad',
  'deletion-requested': 'open',
  deleted: 'gone',
}
