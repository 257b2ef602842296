import type { Item } from './resources'
import type { Outcome } from './stories'
import { mattering, worse, worst } from './tones'

/** A line of the resource tree. */
export interface Line {
  id: string
  depth: number
  label: string
  /** A kind's or a namespace's own name, beside the label. */
  note: string
  status: string
  tone: Outcome
  children: number
  open: boolean
  item?: Item
}

interface Group {
  kind: string
  items: Item[]
}

const CLUSTER = 'Cluster'
/** Workloads come first; the rest by name. */
const FIRST = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicaSet', 'Pod', 'Service', 'Ingress', 'ConfigMap', 'Secret', 'Node']

/** The objects of a moment, by namespace, kind and owner. */
export class Forest {
  private readonly spaces = new Map<string, Group[]>()
  private readonly namespaces = new Map<string, Item>()
  private readonly owned = new Map<string, Item[]>()
  private readonly tones = new Map<string, Outcome>()
  private readonly sizes = new Map<string, number>()

  constructor(items: Iterable<Item>) {
    const all = [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    const uids = new Set(all.map((item) => item.uid))
    for (const item of all) {
      const owner = item.owners.find((uid) => uids.has(uid) && uid !== item.uid)
      if (owner) push(this.owned, owner, item)
    }
    const roots = all.filter((item) => !item.owners.some((uid) => uids.has(uid)))
    for (const item of roots) {
      if (item.type.kind === 'Namespace') {
        this.namespaces.set(item.name, item)
        if (!this.spaces.has(item.name)) this.spaces.set(item.name, [])
        continue
      }
      const space = item.namespace || CLUSTER
      const groups = this.spaces.get(space) ?? []
      this.spaces.set(space, groups)
      const group = groups.find((each) => each.kind === item.type.kind)
      if (group) group.items.push(item)
      else groups.push({ kind: item.type.kind, items: [item] })
    }
    this.spaces.forEach((groups) => groups.sort((a, b) => rank(a.kind) - rank(b.kind) || (a.kind < b.kind ? -1 : 1)))
  }

  /** The visible lines: those under open ones; with a filter all matches and their parents. */
  lines(open: Set<string>, filter: string): Line[] {
    const lines: Line[] = []
    const wanted = filter.toLowerCase()
    const names = [...this.spaces.keys()].sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1))
    for (const space of names) {
      const groups = this.spaces.get(space)!
      const start = lines.length
      const isOpen = open.has(space)
      // A namespace that is itself what was looked for shows all that is in it.
      const inner = space.includes(wanted) ? '' : wanted
      lines.push({
        id: space,
        depth: 0,
        label: space,
        note: '',
        status: String(groups.reduce((sum, group) => sum + this.size(group.items), 0)),
        tone: worse(this.worst(groups.flatMap((group) => group.items)), terminating(this.namespaces.get(space))),
        item: this.namespaces.get(space),
        children: groups.length,
        open: isOpen || inner !== '',
      })
      for (const group of isOpen || inner ? groups : []) this.group(space, group, open, inner, lines)
      if (inner && lines.length === start + 1) lines.pop()
    }
    return lines
  }

  /** What is open at the start of a small cluster: users' namespaces, down to the kinds of workloads. */
  shallow(): string[] {
    return [...this.spaces].flatMap(([space, groups]) =>
      order(space) > 0 || groups.length === 0 ? [] : [space, ...groups.filter((group) => FIRST.includes(group.kind)).map((group) => `${space}/${group.kind}`)],
    )
  }

  private group(space: string, group: Group, open: Set<string>, wanted: string, lines: Line[]) {
    const id = `${space}/${group.kind}`
    const isOpen = open.has(id)
    const start = lines.length
    lines.push({
      id,
      depth: 1,
      label: plural(group.kind),
      note: '',
      status: String(group.items.length),
      tone: this.worst(group.items),
      children: group.items.length,
      open: isOpen || wanted !== '',
    })
    for (const item of isOpen || wanted ? group.items : []) this.item(item, 2, open, wanted, lines)
    if (wanted && lines.length === start + 1) lines.pop()
  }

  private item(item: Item, depth: number, open: Set<string>, wanted: string, lines: Line[]): boolean {
    const children = this.owned.get(item.uid) ?? []
    const isOpen = open.has(item.key)
    const start = lines.length
    lines.push({
      id: item.key,
      depth,
      label: item.name,
      note: depth > 2 ? item.type.kind : '',
      status: item.status,
      tone: this.tone(item),
      children: children.length,
      open: isOpen || wanted !== '',
      item,
    })
    let found = !wanted || item.name.toLowerCase().includes(wanted) || item.type.kind.toLowerCase().startsWith(wanted)
    if (isOpen || wanted) for (const child of children) found = this.item(child, depth + 1, open, found ? (isOpen ? '' : wanted) : wanted, lines) || found
    if (!found) lines.length = start
    return found
  }

  /** An object's own tone or the worst of what it owns, whichever is worse. */
  private tone(item: Item): Outcome {
    const known = this.tones.get(item.key)
    if (known) return known
    this.tones.set(item.key, item.tone)
    const children = mattering(standing(item), (this.owned.get(item.uid) ?? []).map((child) => ({ ...standing(child), item: child })))
    const tone = worse(item.tone, this.worst(children.map((child) => child.item)))
    this.tones.set(item.key, tone)
    return tone
  }

  private worst(items: Item[]): Outcome {
    return worst(items.map((item) => this.tone(item)))
  }

  private size(items: Item[]): number {
    return items.reduce((sum, item) => {
      let size = this.sizes.get(item.uid)
      if (size === undefined) {
        this.sizes.set(item.uid, 1)
        size = 1 + this.size(this.owned.get(item.uid) ?? [])
        this.sizes.set(item.uid, size)
      }
      return sum + size
    }, 0)
  }
}

const terminating = (namespace: Item | undefined): Outcome => (namespace?.tone === 'open' ? 'open' : 'plain')
const standing = (item: Item) => ({ kind: item.type.kind, name: item.name, status: item.status, tone: item.tone })
const rank = (kind: string) => (FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length)
const order = (space: string) => (space === CLUSTER ? 2 : space.startsWith('kube-') ? 1 : 0)
const plural = (kind: string) =>
  /[^s]s$/.test(kind) ? kind : /[sx]$/.test(kind) ? kind + 'es' : /[^aeiou]y$/.test(kind) ? kind.slice(0, -1) + 'ies' : kind + 's'

function push<K, V>(map: Map<K, V[]>, key: K, value: V) {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
