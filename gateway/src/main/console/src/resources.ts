import { type Api, ApiError, DISCOVERY_ACCEPT, type Moment, type Row, type Table, TABLE_ACCEPT, aborted, pause, prefixOf, told } from './api'
import { Store } from './store'
import type { Outcome } from './stories'
import { readyOf, toneOf } from './tones'

/** Groups whose answers are questions and measurements: they have no past. */
const NOT_OBJECTS = ['history.shiplog.io', 'metrics.k8s.io']

/** A type of object that can be listed. */
export interface ResourceType {
  group: string
  version: string
  resource: string
  kind: string
  namespaced: boolean
}

/** An object as the tree shows it. */
export interface Item {
  key: string
  type: ResourceType
  namespace: string
  name: string
  uid: string
  owners: string[]
  status: string
  tone: Outcome
}

interface Discovery {
  items: {
    metadata: { name?: string }
    versions: {
      version: string
      resources: { resource: string; responseKind: { kind: string }; scope: string; verbs: string[] }[]
    }[]
  }[]
}

/** Event objects and heartbeats are left out: there are too many. The log itself is not a resource of the tree, nor is its health. */
const LEFT_OUT = new Set(['/events', 'events.k8s.io/events', 'coordination.k8s.io/leases', '/componentstatuses'])
const PAGE = 500
const RETRY_MS = 2_000

export const apiPath = (type: ResourceType, namespace: string) =>
  (type.group ? `/apis/${type.group}/${type.version}` : `/api/${type.version}`) +
  (type.namespaced && namespace ? `/namespaces/${namespace}` : '') +
  `/${type.resource}`

/** Every object that the caller may list, at one moment; the present is kept up to date by watches. */
export class Resources extends Store {
  readonly items = new Map<string, Item>()
  loading = true
  failure = ''
  /** Types that the caller may not list. */
  forbidden: string[] = []
  version = 0

  private readonly life = new AbortController()

  constructor(
    private readonly api: Api,
    readonly moment: Moment,
    readonly namespace: string,
  ) {
    super()
  }

  async start() {
    const { signal } = this.life
    try {
      const types = await this.types()
      // One type first: the server then computes the moment's state once, not for each type.
      const [first, ...rest] = types.filter((type) => type.namespaced || !this.namespace)
      if (first) await this.list(first)
      await Promise.all(rest.map((type) => this.list(type)))
    } catch (failure) {
      if (aborted(failure) || signal.aborted) return
      this.failure = told(failure)
    }
    this.loading = false
    this.touch()
  }

  close() {
    this.life.abort()
  }

  private touch() {
    this.version++
    this.changed()
  }

  private async types(): Promise<ResourceType[]> {
    const prefix = prefixOf(this.moment)
    const documents = await Promise.all(
      ['/api', '/apis'].map((path) => this.api.get<Discovery>(prefix + path, DISCOVERY_ACCEPT, this.life.signal)),
    )
    return documents
      .flatMap((document) => document.items)
      .filter((group) => !NOT_OBJECTS.includes(group.metadata.name ?? ''))
      .flatMap((group) => {
        const version = group.versions[0]
        return (version?.resources ?? [])
          .filter((each) => each.verbs.includes('list') && !LEFT_OUT.has(`${group.metadata.name ?? ''}/${each.resource}`))
          .map((each) => ({
            group: group.metadata.name ?? '',
            version: version!.version,
            resource: each.resource,
            kind: each.responseKind.kind,
            namespaced: each.scope === 'Namespaced',
          }))
      })
      .sort((a, b) => Number(b.resource === 'namespaces') - Number(a.resource === 'namespaces'))
  }

  /** Lists a type; and in the present goes on to watch it, again and again. */
  private async list(type: ResourceType): Promise<void> {
    try {
      const from = await this.pages(type)
      if (this.moment === 'live') void this.keep(type, from)
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === 403) this.forbidden.push(type.resource)
      else if (failure instanceof ApiError && failure.code === 404) return
      else throw failure
    }
  }

  private async pages(type: ResourceType): Promise<string> {
    const seen = new Set<string>()
    let token = ''
    let columns: Columns | undefined
    for (;;) {
      const query = new URLSearchParams({ limit: String(PAGE), ...wholeFor(type) })
      if (token) query.set('continue', token)
      const path = `${prefixOf(this.moment)}${apiPath(type, this.namespace)}?${query}`
      const table = await this.api.get<Table>(path, TABLE_ACCEPT, this.life.signal)
      columns = columnsOf(table) ?? columns
      for (const row of table.rows ?? []) {
        const item = itemOf(type, row, columns)
        seen.add(item.key)
        this.items.set(item.key, item)
      }
      if (table.rows?.length) this.touch()
      token = table.metadata.continue ?? ''
      if (!token) {
        this.items.forEach((item, key) => item.type === type && !seen.has(key) && this.items.delete(key))
        return table.metadata.resourceVersion
      }
    }
  }

  private async keep(type: ResourceType, from: string) {
    const { signal } = this.life
    let version = from
    let columns: Columns | undefined
    while (!signal.aborted) {
      try {
        const path = `${apiPath(type, this.namespace)}?${new URLSearchParams({ watch: 'true', allowWatchBookmarks: 'true', resourceVersion: version, ...wholeFor(type) })}`
        for await (const event of this.api.watch<Table>(path, TABLE_ACCEPT, signal)) {
          const row = event.object.rows?.[0]
          version = row?.object?.metadata?.resourceVersion ?? event.object.metadata?.resourceVersion ?? version
          columns = columnsOf(event.object) ?? columns
          if (!row || event.type === 'BOOKMARK') continue
          const item = itemOf(type, row, columns)
          if (event.type === 'DELETED') this.items.delete(item.key)
          else this.items.set(item.key, item)
          this.touch()
        }
      } catch (failure) {
        const over = failure instanceof ApiError && (failure.code === 403 || failure.code === 404)
        if (aborted(failure) || over) return
        await pause(RETRY_MS, signal)
        if (failure instanceof ApiError && failure.code === 410) version = await this.pages(type).catch(() => version)
      }
    }
  }
}

/** Whether a rollout hangs is no column of the table: rows of Deployments come with their objects. */
const wholeFor = (type: ResourceType): Record<string, string> => (type.group === 'apps' && type.resource === 'deployments' ? { includeObject: 'Object' } : {})

type Columns = Record<'status' | 'ready' | 'desired' | 'upToDate', number>

function columnsOf(table: Table): Columns | undefined {
  const names = table.columnDefinitions?.map((column) => column.name.toLowerCase())
  if (!names?.length) return undefined
  return {
    status: names.findIndex((name) => name === 'status' || name === 'phase'),
    ready: names.indexOf('ready'),
    desired: names.indexOf('desired'),
    upToDate: names.indexOf('up-to-date'),
  }
}

const hung = (row: Row) => row.object.status?.conditions?.some((each) => each.type === 'Progressing' && each.status === 'False') ?? false

export const itemKey = (group: string, resource: string, namespace: string, name: string) =>
  `${group}/${resource}/${namespace}/${name}`

function itemOf(type: ResourceType, row: Row, columns: Columns | undefined): Item {
  const { metadata } = row.object
  const shown = {
    status: metadata.deletionTimestamp && !cell(row, columns?.status) ? 'Terminating' : cell(row, columns?.status),
    ready: cell(row, columns?.ready),
    desired: cell(row, columns?.desired),
    upToDate: cell(row, columns?.upToDate),
    hung: hung(row),
  }
  return {
    key: itemKey(type.group, type.resource, metadata.namespace ?? '', metadata.name),
    type,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    owners: metadata.ownerReferences?.map((owner) => owner.uid) ?? [],
    status: shown.status || readyOf(shown),
    tone: toneOf(shown),
  }
}

const cell = (row: Row, index: number | undefined) =>
  index === undefined || index < 0 ? '' : String(row.cells[index] ?? '')
