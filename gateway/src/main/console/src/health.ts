import { type Api, ApiError, aborted, pause, told } from './api'
import { Store } from './store'

/** What the gateway says of the cluster's health. Undefined where it says nothing. */
export interface Health {
  /** 99 of 100 writes of the last minute took at most this; of all since the gateway's start if there was none in it. */
  writeP99Seconds?: number
  /** Events that are in the log and not yet in the gateway's image. */
  projectionLag?: number
  /** How long the quietest node has not been heard of. */
  runnerLagSeconds?: number
  quietestNode?: string
  /** The newest revision in the topic of events. */
  logEnd?: number
}

type Samples = Map<string, { labels: Record<string, string>; value: number }[]>

const EVERY_MS = 5_000
const WINDOW = 12
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE', 'DELETECOLLECTION'])

/** Asks /metrics again and again while the page is looked at. */
export class HealthWatch extends Store {
  health: Health = {}
  failure = ''
  /** Whether the user may not read the figures. */
  forbidden = false
  private readonly life = new AbortController()
  private readonly past: Map<number, number>[] = []

  constructor(private readonly api: Api) {
    super()
  }

  async start() {
    const { signal } = this.life
    while (!signal.aborted) {
      if (!document.hidden) await this.ask(signal)
      await pause(EVERY_MS, signal)
    }
  }

  close() {
    this.life.abort()
  }

  private async ask(signal: AbortSignal) {
    try {
      const samples = samplesOf(await this.api.text('/metrics', '*/*', signal))
      const buckets = writeBuckets(samples)
      this.past.push(buckets)
      if (this.past.length > WINDOW) this.past.shift()
      this.health = healthOf(samples, buckets, this.past[0]!)
      this.failure = ''
      this.forbidden = false
    } catch (failure) {
      if (aborted(failure)) return
      this.health = {}
      this.forbidden = failure instanceof ApiError && failure.code === 403
      this.failure =
        failure instanceof ApiError && failure.code === 403
          ? 'You cannot read /metrics. The cluster role system:monitoring allows it.'
          : told(failure)
    }
    this.changed()
  }
}

/** Reads Prometheus text. */
export function samplesOf(text: string): Samples {
  const samples: Samples = new Map()
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line)
    if (!match) continue
    const labels: Record<string, string> = {}
    for (const [, name, value] of (match[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[name!] = value!
    const sample = { labels, value: Number(match[3]) }
    const family = samples.get(match[1]!)
    if (family) family.push(sample)
    else samples.set(match[1]!, [sample])
  }
  return samples
}

function writeBuckets(samples: Samples): Map<number, number> {
  const buckets = new Map<number, number>()
  for (const { labels, value } of samples.get('apiserver_request_duration_seconds_bucket') ?? []) {
    if (!WRITES.has(labels.verb!)) continue
    const bound = labels.le === '+Inf' ? Infinity : Number(labels.le)
    buckets.set(bound, (buckets.get(bound) ?? 0) + value)
  }
  return buckets
}

/** As Prometheus' histogram_quantile: straight between the bounds of a bucket. */
export function quantile(q: number, buckets: Map<number, number>): number | undefined {
  const bounds = [...buckets.keys()].sort((a, b) => a - b)
  const total = buckets.get(Infinity) ?? 0
  if (total === 0) return undefined
  const rank = q * total
  let below = 0
  let start = 0
  for (const bound of bounds) {
    const count = buckets.get(bound)!
    if (count >= rank) return bound === Infinity ? start : start + ((bound - start) * (rank - below)) / (count - below)
    below = count
    start = bound
  }
  return start
}

function healthOf(samples: Samples, buckets: Map<number, number>, earlier: Map<number, number>): Health {
  const recent = new Map([...buckets].map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)]))
  const revision = (family: string) => samples.get(family)?.find((each) => each.labels.shard === 'events')?.value
  const logEnd = revision('shiplog_log_revision')
  const image = revision('shiplog_image_revision')
  const quietest = samples.get('shiplog_node_heartbeat_age_seconds')?.reduce((a, b) => (a.value >= b.value ? a : b))
  return {
    writeP99Seconds: quantile(0.99, recent) ?? quantile(0.99, buckets),
    projectionLag: logEnd === undefined || image === undefined ? undefined : Math.max(0, logEnd - image),
    runnerLagSeconds: quietest?.value,
    quietestNode: quietest?.labels.node,
    logEnd,
  }
}
