import type { Outcome } from './stories'

const ORDER: Outcome[] = ['bad', 'open', 'good', 'gone', 'plain']

export const worse = (a: Outcome, b: Outcome): Outcome => (ORDER.indexOf(a) <= ORDER.indexOf(b) ? a : b)
export const worst = (tones: Iterable<Outcome>, first: Outcome = 'plain'): Outcome => [...tones].reduce(worse, first)

/** What an object's row of the table says, as far as it has these columns. */
export interface Shown {
  status: string
  /** `2/3`, or a number beside `desired`. */
  ready: string
  desired: string
  upToDate: string
  /** Whether a rollout made no progress before its deadline. */
  hung?: boolean
}

const BAD = /error|backoff|failed|evicted|oom|invalid|notready|lost|unknown|unschedulable|cannotrun/i
const OPEN = /pending|creating|init:|terminating|schedulingdisabled|released/i
const GONE = /completed|succeeded/i
/** A pod that will not run again. */
const OVER = /^(failed|evicted|error|completed|succeeded|oomkilled|nodelost|unknown)$/i

/** How a row stands: a rollout under way is amber, one that hangs red. */
export function toneOf(shown: Shown): Outcome {
  const { status, hung } = shown
  if (hung || BAD.test(status)) return 'bad'
  if (OPEN.test(status)) return 'open'
  if (GONE.test(status)) return 'gone'
  const [ready, wanted] = counts(shown)
  if (wanted === undefined) return status ? 'good' : 'plain'
  if (Number(wanted) === 0) return 'plain'
  return ready !== wanted || (shown.upToDate !== '' && Number(shown.upToDate) < Number(wanted)) ? 'open' : 'good'
}

/** How many are ready, and how many are wanted, as text: `2/3`. */
export function readyOf(shown: Shown): string {
  const [ready, wanted] = counts(shown)
  return wanted === undefined ? shown.ready : `${ready}/${wanted}`
}

const counts = (shown: Shown): [string, string | undefined] => {
  const [ready, wanted] = shown.ready.split('/')
  return [ready ?? '', wanted ?? (shown.desired && shown.ready ? shown.desired : undefined)]
}

interface Standing {
  kind: string
  name: string
  status: string
  tone: Outcome
}

/**
 * The children whose state says something of their parent: not a pod that is over and has been replaced, and of a CronJob's Jobs the
 * newest only.
 */
export function mattering<T extends Standing>(parent: Standing, children: T[]): T[] {
  if (parent.kind === 'CronJob') return children.slice(-1)
  const well = parent.tone === 'good' || parent.tone === 'gone' || /^complete/i.test(parent.status)
  return well ? children.filter((child) => child.kind !== 'Pod' || !OVER.test(child.status)) : children
}
