import { type Api, ApiError, HISTORY, JSON_ACCEPT, NO_OBJECT, aborted, type ObjectReference, pause, told } from './api'
import { Store } from './store'

/** One event of the log, without what it changed. */
export interface Change {
  revision: number
  time: number
  /** What happened: `created`, `scheduled`, `template-changed` … */
  word: string
  type: string
  verb: string
  actor: string
  /** The user who acted as the actor, if one did. */
  impersonator: string
  /** The field manager of the write; empty if it has none. */
  fieldManager: string
  cause: string
  correlation: string
  previous: number
  object: ObjectReference
}

export interface FieldChange {
  path: string
  op: 'add' | 'remove' | 'replace'
  before?: unknown
  after?: unknown
}

/** A Change as the server writes it. */
export interface RawChange {
  metadata: { name: string; creationTimestamp?: string }
  time?: string
  type?: string
  verb?: string
  actor?: string
  impersonator?: string
  fieldManager?: string
  command?: string
  cause?: string
  correlation?: string
  previous?: string
  object?: Partial<ObjectReference>
  record?: Record<string, unknown>
  fields?: FieldChange[]
  unreadable?: string
}

/** The cluster's name, from the topic of a change's record; empty if the server does not tell where the record is. */
export function clusterOf(raw: RawChange): string {
  const { topic, shard } = raw.record ?? {}
  const end = `.${String(shard ?? 'events')}`
  return typeof topic === 'string' && topic.endsWith(end) ? topic.slice(0, -end.length) : ''
}

interface RawList {
  items: RawChange[]
  metadata: { resourceVersion: string; continue?: string }
}

export function parsed(raw: RawChange): Change {
  const type = raw.type ?? ''
  return {
    revision: Number(raw.metadata.name),
    time: Date.parse(raw.time ?? raw.metadata.creationTimestamp ?? ''),
    word: type.split('.').at(-2) ?? 'unreadable',
    type,
    verb: raw.verb ?? '',
    actor: raw.actor ?? '',
    impersonator: raw.impersonator ?? '',
    fieldManager: raw.fieldManager ?? '',
    cause: raw.cause ?? '',
    correlation: raw.correlation ?? '',
    previous: Number(raw.previous ?? 0),
    object: { ...NO_OBJECT, ...raw.object },
  }
}

/** How many of an object's own events are loaded at a time. */
const NEWEST = 50
const PAGE = 500
/** How often loaded pages are shown while more are loading: each time all stories are built again. */
const SHOW_MS = 500
/** How many events the timeline loads by itself; more are loaded on request. */
const BUDGET = 20_000
/** A part of the log that has grown longer by following starts again with the newest page. */
const MOST = 200_000
const RETRY_MS = 2_000

/**
 * One contiguous part of the log: newest pages first, then older ones as needed, and new events by a watch. In time order.
 */
export class Changes extends Store {
  /** Ascending by revision. */
  all: Change[] = []
  oldest = 1
  newest = 0
  loading = false
  failure = ''
  /** Incremented when older events are added, so that everything derived from the events is computed again. */
  generation = 0

  private older: string | undefined
  private life = new AbortController()
  private allowance = BUDGET

  constructor(
    private readonly api: Api,
    readonly namespace: string,
    /** The newest revision to hold; without one the log is followed. */
    readonly until?: number,
  ) {
    super()
  }

  /** Whether a revision is held, or near enough to be reached. */
  near(revision: number): boolean {
    const first = this.all[0]?.revision ?? this.newest
    return revision <= (this.until ?? Infinity) && revision > first - BUDGET
  }

  get complete() {
    return this.older === undefined
  }

  /** Fetches the newest events, and follows the log until the end of this stretch's life. */
  async start() {
    const { signal } = this.life
    while (!signal.aborted) {
      try {
        await this.first()
        if (this.until !== undefined) return
        await this.follow()
      } catch (failure) {
        if (aborted(failure)) return
        this.failure = told(failure)
        this.changed()
        if (failure instanceof ApiError && failure.code < 500 && failure.code !== 410 && failure.code !== 429) return
      }
      await pause(RETRY_MS, signal)
    }
  }

  close() {
    this.life.abort()
  }

  /** Makes sure of the events since a time, as far as the allowance goes. */
  async reach(time: number, more = false) {
    if (more) this.allowance = this.all.length + BUDGET
    if (this.loading || this.all.length === 0) return
    this.loading = true
    const pages: Change[][] = []
    let shown = performance.now()
    try {
      while (this.older !== undefined) {
        const held = pages.reduce((sum, page) => sum + page.length, this.all.length)
        if (held >= this.allowance || (pages[0] ?? this.all)[0]!.time <= time) break
        const page = await this.page(this.older)
        this.older = page.metadata.continue || undefined
        pages.unshift(page.items.map(parsed).reverse())
        this.failure = ''
        if (performance.now() - shown > SHOW_MS) {
          this.prepend(pages.splice(0))
          shown = performance.now()
        }
      }
    } catch (failure) {
      if (!aborted(failure)) this.failure = told(failure)
    } finally {
      this.loading = false
      this.prepend(pages)
      this.changed()
    }
  }

  /** Fetches the next older page, whatever was allowed so far. */
  async more() {
    if (this.loading || this.older === undefined) return
    this.allowance = Math.max(this.allowance, this.all.length + PAGE)
    this.loading = true
    this.changed()
    try {
      const page = await this.page(this.older)
      this.older = page.metadata.continue || undefined
      this.prepend([page.items.map(parsed).reverse()])
    } catch (failure) {
      if (!aborted(failure)) this.failure = told(failure)
    } finally {
      this.loading = false
      this.changed()
    }
  }

  /** Whether the allowance and not the log ended the last look back. */
  get held() {
    return this.older !== undefined && this.all.length >= this.allowance
  }

  /** The newest known event at or before a revision. */
  at(revision: number): Change | undefined {
    return this.all[this.index(revision + 1) - 1]
  }

  /** One event with what it changed. */
  async whole(revision: number): Promise<RawChange> {
    return this.api.get<RawChange>(`${this.base()}/${revision}`)
  }

  /** The newest event not after a moment: how a time becomes a revision. */
  async upTo(moment: string): Promise<Change | undefined> {
    const query = new URLSearchParams({ order: 'newest', limit: '1', fields: 'false', to: moment })
    const list = await this.api.get<RawList>(`${this.base()}?${query}`)
    return list.items[0] && parsed(list.items[0])
  }

  /** Events of one object, or of all in a namespace, newest first: up to a revision, and a page at a time. */
  async of(object: ObjectReference, to?: number, token?: string): Promise<{ events: Change[]; older: string | undefined }> {
    const whole = object.kind === 'Namespace'
    const selector = [`object.resource=${object.resource}`, `object.name=${object.name}`]
    if (object.namespace) selector.push(`object.namespace=${object.namespace}`)
    const query = new URLSearchParams({ order: 'newest', limit: String(NEWEST), fields: 'false' })
    if (!whole) query.set('fieldSelector', selector.join(','))
    if (token) query.set('continue', token)
    else if (to !== undefined) query.set('to', String(to))
    const list = await this.api.get<RawList>(`${whole ? `${HISTORY}/namespaces/${object.name}/changes` : this.base()}?${query}`)
    const events = list.items.map(parsed).filter((change) => whole || change.object.group === object.group)
    return { events, older: list.metadata.continue || undefined }
  }

  private prepend(pages: Change[][]) {
    if (pages.length === 0) return
    this.all = [...pages, this.all].flat()
    this.generation++
    this.changed()
  }

  private async first() {
    const [newest, oldest] = await Promise.all([
      this.page(undefined),
      this.api.get<RawList>(`${this.base()}?order=oldest&limit=1&fields=false`, JSON_ACCEPT, this.life.signal),
    ])
    this.all = newest.items.map(parsed).reverse()
    this.older = newest.metadata.continue || undefined
    this.newest = Number(newest.metadata.resourceVersion)
    this.oldest = Number(oldest.items[0]?.metadata.name ?? 1)
    this.failure = ''
    this.generation++
    this.changed()
  }

  private async follow() {
    const { signal } = this.life
    while (!signal.aborted) {
      const path = `${this.base()}?watch=true&fields=false&allowWatchBookmarks=true&resourceVersion=${this.newest}`
      for await (const event of this.api.watch<RawChange>(path, JSON_ACCEPT, signal)) {
        if (event.type === 'BOOKMARK') {
          this.newest = Math.max(this.newest, Number((event.object.metadata as { resourceVersion?: string }).resourceVersion ?? 0))
          continue
        }
        const change = parsed(event.object)
        if (change.revision > this.newest) {
          this.all.push(change)
          this.newest = change.revision
        }
        this.changed()
        if (this.all.length > MOST) return
      }
    }
  }

  private page(token: string | undefined): Promise<RawList> {
    const query = new URLSearchParams({ order: 'newest', fields: 'false', limit: String(PAGE) })
    if (token) query.set('continue', token)
    else if (this.until !== undefined) query.set('to', String(this.until))
    return this.api.get<RawList>(`${this.base()}?${query}`, JSON_ACCEPT, this.life.signal)
  }

  private base() {
    return HISTORY + (this.namespace ? `/namespaces/${this.namespace}` : '') + '/changes'
  }

  /** How many events are before a revision. */
  private index(revision: number): number {
    let low = 0
    let high = this.all.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.all[middle]!.revision < revision) low = middle + 1
      else high = middle
    }
    return low
  }
}
