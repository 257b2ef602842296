import { useState } from 'preact/hooks'
import { Shown, useAnswer } from './answers'
import { type Api, JSON_ACCEPT, type ObjectReference } from './api'
import { BlameView } from './BlameView'
import { type Change, type Changes, type RawChange, parsed, clusterOf } from './changes'
import { Compare } from './Compare'
import { objectPath } from './comparisons'
import { Diff, Manifest } from './Diff'
import { Command, Dialog } from './Dialog'
import { clock, count, duration, moment as shownMoment, quoted, yaml, zone } from './format'
import { Name } from './Name'
import { actorOf, managerOf, shortActor } from './people'
import { type CauseStep, type NodeVerdict, type Scheduling, causes } from './reviews'
import { type Outcome, type Story, keyOf, span, standing, titleOf } from './stories'
import { PodStreams } from './PodStreams'
import { Undoing } from './Undoing'
import { VirtualList } from './VirtualList'

const ROW = 30
type Tab = 'change' | 'why' | 'blame' | 'compare' | 'object' | 'record'
const TABS: [Tab, string][] = [
  ['change', 'Change'],
  ['why', 'Why'],
  ['blame', 'Blame'],
  ['compare', 'Compare'],
  ['object', 'Object'],
  ['record', 'Record'],
]

/** What is being looked at: a story of the timeline, or an object of the tree with its own events. */
export interface Subject {
  title: string
  story?: Story
  outcome?: Outcome
  object?: ObjectReference
  events: Change[]
  /** Loads older events of the object; absent where there are none. */
  older?: () => void
}

/** The selected event: who caused it and why, what it changed, and how to undo it. */
export function Inspector(props: {
  api: Api
  changes: Changes
  subject: Subject | undefined
  change: Change | undefined
  choose: (change: Change) => void
  goTo: (revision: number) => void
}) {
  const { subject, change } = props
  if (!subject) {
    return (
      <aside class="panel inspector" aria-label="Details">
        <header>
          <h2>Details</h2>
        </header>
        <div class="empty big">
          <p>Select a bar in the timeline or an object in the tree.</p>
          <Keys />
        </div>
      </aside>
    )
  }
  const index = subject.events.findIndex((each) => each.revision === change?.revision)
  const start = subject.events[0]?.time ?? 0
  const key = (event: KeyboardEvent) => {
    const moves: Record<string, number> = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: subject.events.length - 1 }
    const next = subject.events[Math.max(0, moves[event.key] ?? -1)]
    if (!(event.key in moves) || !next) return
    props.choose(next)
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <aside class="panel inspector" aria-label="Details">
      <header class="subject">
        {subject.outcome && <i class={`dot large ${subject.outcome}`} />}
        <div>
          <h2>{subject.title}</h2>
          <p class="quiet">{subject.story ? summary(subject.story) : ownEvents(subject)}</p>
        </div>
        {subject.object?.kind === 'Pod' && subject.object.group === '' && <PodStreams key={subject.object.uid} api={props.api} pod={subject.object} />}
      </header>
      <VirtualList
        class="events"
        role="listbox"
        label="Events"
        count={subject.events.length}
        rowHeight={ROW}
        active={index}
        activeId={change && `event-${change.revision}`}
        onKeyDown={key}
        onEnd={subject.older}
        row={(i) => {
          const each = subject.events[i]!
          return (
            <div
              key={each.revision}
              id={`event-${each.revision}`}
              role="option"
              aria-selected={each.revision === change?.revision}
              class={`event ${each.revision === change?.revision ? 'selected' : ''}`}
              onClick={() => props.choose(each)}
            >
              <span class="offset">{subject.story ? `+${duration(Math.max(0, each.time - start))}` : clock(each.time, false)}</span>
              <span class={`word ${each.word}`}>{each.word}</span>
              <Name name={each.object.name} title={`${each.object.kind} ${each.object.name}`} />
              <span class="note" title={actorOf(each)}>
                {subject.story ? each.object.kind : shortActor(each)}
              </span>
            </div>
          )
        }}
      />
      {change && <Detail key={change.revision} {...props} change={change} about={subject.object ?? change.object} />}
    </aside>
  )
}

const ownEvents = ({ events: { length: n }, older }: Subject) => (n === 0 ? '…' : n === 1 ? 'one event' : older ? `its ${n} newest events` : `${n} events`)

function summary(story: Story): string {
  const [from, to] = span(story)
  const took = to - from < 1 ? 'at once' : `took ${duration(to - from)}`
  return `${shownMoment(from)} · ${took} · by ${actorOf(story.changes[0]!)}`
}

function Detail(props: { api: Api; changes: Changes; change: Change; about: ObjectReference; choose: (change: Change) => void; goTo: (revision: number) => void }) {
  const { api, changes, change } = props
  const [tab, setTab] = useState<Tab>(remembered)
  const [dialog, setDialog] = useState<'undo' | 'branch' | 'kubectl'>()
  const whole = useAnswer(() => changes.whole(change.revision), [change.revision])
  const pick = (next: Tab) => {
    remembered = next
    setTab(next)
  }
  const turn = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? TABS.length - 1 : 0
    if (!by) return
    const next = TABS[(TABS.findIndex(([each]) => each === tab) + by) % TABS.length]![0]
    pick(next)
    document.getElementById(`tab-${next}`)?.focus()
    event.stopPropagation()
  }
  return (
    <section class="detail" aria-label="Event">
      <div class="what">
        <h3>
          {change.object.kind} <b>{change.object.name}</b> <span class={`word ${change.word}`}>{change.word}</span>
        </h3>
        <dl class="facts">
          <dt>Who</dt>
          <dd>
            <b>{actorOf(change)}</b> <span class="quiet">({[change.verb, managerOf(change)].filter(Boolean).join(', ')})</span>
          </dd>
          <dt>When</dt>
          <dd>
            {shownMoment(change.time)}
            <span class="quiet">
              .{clock(change.time).slice(-3)} {zone(change.time)}
            </span>
          </dd>
          <dt>Revision</dt>
          <dd>
            {count(change.revision)}{' '}
            <button class="link" onClick={() => props.goTo(change.revision)}>
              look at this moment
            </button>
          </dd>
          {change.object.namespace && (
            <>
              <dt>Namespace</dt>
              <dd>{change.object.namespace}</dd>
            </>
          )}
        </dl>
        <div class="actions">
          <button class="primary" onClick={() => setDialog('undo')}>
            Undo …
          </button>
          <button onClick={() => setDialog('branch')}>Branch here</button>
          <button onClick={() => setDialog('kubectl')}>Copy as kubectl</button>
        </div>
      </div>
      <div class="tabs" role="tablist" onKeyDown={turn}>
        {TABS.map(([each, name]) => (
          <button key={each} id={`tab-${each}`} role="tab" aria-selected={tab === each} tabIndex={tab === each ? 0 : -1} onClick={() => pick(each)}>
            {name}
          </button>
        ))}
      </div>
      <div class="tabpanel scroll" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tab === 'change' && <Shown answer={whole}>{(raw) => <Diff fields={raw.fields} secret={isSecret(change)} />}</Shown>}
        {tab === 'why' && <Why api={api} changes={changes} change={change} choose={props.choose} />}
        {tab === 'blame' && <BlameView api={api} change={change} goTo={props.goTo} />}
        {tab === 'compare' && <Compare api={api} change={change} about={props.about} />}
        {tab === 'object' && <ObjectAt api={api} change={change} />}
        {tab === 'record' && <Shown answer={whole}>{(raw) => <RecordOf api={api} change={change} raw={raw} />}</Shown>}
      </div>
      {dialog === 'undo' && <Undoing api={api} change={change} close={() => setDialog(undefined)} />}
      {dialog === 'branch' && (
        <Dialog title="Branch here" close={() => setDialog(undefined)}>
          <p>
            A branch is a separate cluster that starts with the objects and nodes of revision {count(change.revision)}. Its scheduler and
            controllers are real, its nodes run no containers, and it does not change this cluster. Create it on the machine that runs this
            cluster:
          </p>
          <Command text={`./shiplog branch what-if-${change.revision} --at ${change.revision}`} />
          <p>Try a change there:</p>
          <Shown answer={whole}>
            {(raw) => <Command text={`kubectl --context ${clusterOf(raw) || 'CLUSTER'}-what-if-${change.revision}${inNamespace(change)} get pods`} />}
          </Shown>
          <p>Show what the branch changed, then delete it:</p>
          <Command text={`./shiplog branch what-if-${change.revision} diff`} />
          <Command text={`./shiplog branch --delete what-if-${change.revision}`} />
        </Dialog>
      )}
      {dialog === 'kubectl' && (
        <Dialog title="With kubectl" close={() => setDialog(undefined)} wide>
          <p>The object as it was after this event:</p>
          <Command text={kubectlGet(change)} />
          <p>The event itself, with what it changed:</p>
          <Command text={`kubectl get changes.history.shiplog.io ${change.revision}${inNamespace(change)} -o yaml`} />
        </Dialog>
      )}
    </section>
  )
}

/** The tab that was looked at last: the next event opens on it. */
let remembered: Tab = 'change'

const inNamespace = (change: Change) => (change.object.namespace ? ` -n ${quoted(change.object.namespace)}` : '')

function kubectlGet(change: Change): string {
  const { object } = change
  const resource = object.group ? `${object.resource}.${object.group}` : object.resource
  const at = change.word === 'deleted' ? change.previous : change.revision
  return `kubectl --server=${location.origin}/at/${at} get ${resource} ${quoted(object.name)}${inNamespace(change)} -o yaml`
}

function Why(props: { api: Api; changes: Changes; change: Change; choose: (change: Change) => void }) {
  const { api, changes, change } = props
  const answer = useAnswer(() => causes(api, change), [change.revision])
  return (
    <Shown answer={answer}>
      {({ verdict, chain }) => (
        <>
        {verdict && (
          <p class="verdict" role="note">
            {verdict}
          </p>
        )}
        <ol class="chain">
          {chain.map((step, index) => (
            <Step key={index} step={step} here={Number(step.revision) === change.revision} changes={changes} choose={props.choose} />
          ))}
        </ol>
        </>
      )}
    </Shown>
  )
}

function Step(props: { step: CauseStep; here: boolean; changes: Changes; choose: (change: Change) => void }) {
  const { step, here } = props
  const revision = Number(step.revision)
  const open = async () => props.choose(parsed(await props.changes.whole(revision)))
  return (
    <li class={here ? 'here' : ''} aria-current={here ? 'step' : undefined}>
      <p>
        <b>{step.object ? `${step.object.kind ?? ''} ${step.object.name ?? ''}` : ''}</b> {step.reason ?? step.what}
      </p>
      <p class="quiet">
        {[actorOf(step), managerOf(step)].filter(Boolean).join(' · ')}
        {step.time && ` · ${clock(Date.parse(step.time))}`}
        {revision > 0 && !here && !step.reason && (
          <>
            {' · '}
            <button class="link" onClick={() => void open()}>
              {count(revision)}
            </button>
          </>
        )}
      </p>
      {step.message && <p>{step.message}</p>}
      {step.unreadable && <p class="notice">{step.unreadable}</p>}
      {step.scheduling && <Decision of={step.scheduling} />}
    </li>
  )
}

const CHOICES: Record<string, string> = {
  OnlyOne: 'the only node that fits',
  Nominated: 'where pods were preempted for it',
  Score: 'which has the highest score',
  Lot: 'at random among those with the highest score',
}

/** A scheduling decision: what was decided, and of each node every objection or every score. */
function Decision({ of }: { of: Scheduling }) {
  const chosen = of.decision === 'OnNode' ? of.node : undefined
  return (
    <table class="facts">
      <caption>{chosen ? `on ${chosen}, ${CHOICES[of.choice ?? ''] ?? ''}` : of.message}</caption>
      <thead>
        <tr>
          <th>Node</th>
          <th>Verdict</th>
          <th>Score</th>
          <th>Why</th>
        </tr>
      </thead>
      <tbody>
        {(of.nodes ?? []).map((node) => (
          <tr key={node.name}>
            <td>{node.name}</td>
            <td>{node.fits ? (node.name === chosen ? 'chosen' : 'fits') : 'refused'}</td>
            <td>{node.total}</td>
            <td>{reasons(node)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const reasons = (node: NodeVerdict): string =>
  node.fits
    ? (node.scores ?? []).map((score) => `${score.plugin} ${score.score}×${score.weight}`).join(', ')
    : (node.objections ?? []).map((objection) => `${objection.plugin}: ${objection.reasons.join(', ')}`).join('; ')

function pathOf(change: Change): string {
  const at = change.word === 'deleted' && change.previous ? change.previous : change.revision
  return objectPath(change.object, `/at/${at}`)
}

const isSecret = (change: Change) => change.object.kind === 'Secret'

function ObjectAt({ api, change }: { api: Api; change: Change }) {
  const answer = useAnswer(() => api.get<Record<string, unknown>>(pathOf(change), JSON_ACCEPT), [change.revision])
  return <Shown answer={answer}>{(object) => <Manifest object={object} secret={isSecret(change)} />}</Shown>
}

/** The record of the log as any consumer of the topic sees it: CloudEvents in Kafka's binary mode. */
function RecordOf({ api, change, raw }: { api: Api; change: Change; raw: RawChange }) {
  const value = useAnswer(() => api.get<Record<string, unknown>>(pathOf(change), JSON_ACCEPT), [change.revision])
  const record = raw.record ?? {}
  const places = ['topic', 'partition', 'offset', 'shard', 'epoch', 'chain'].filter((name) => record[name] !== undefined)
  const headers = {
    ce_specversion: '1.0',
    ce_id: `${String(record.shard ?? 'events')}/${change.revision}`,
    ce_type: change.type,
    ce_time: raw.time,
    ce_revision: String(change.revision),
    ...(change.previous ? { ce_previous: String(change.previous) } : {}),
    ce_actor: change.actor,
    ce_verb: change.verb,
    ce_commandid: raw.command,
    ...(change.cause ? { ce_causationid: change.cause } : {}),
    ce_correlationid: change.correlation,
    ce_epoch: String(record.epoch ?? ''),
    ce_chain: String(record.chain ?? ''),
  }
  return (
    <>
      <dl class="facts record">
        {places.map((name) => (
          <>
            <dt>{name}</dt>
            <dd class="mono">{String(record[name])}</dd>
          </>
        ))}
      </dl>
      {record.offset === undefined && <p class="notice">This record is not on a broker.</p>}
      <h4>Headers</h4>
      <pre class="code">{yaml(headers).trimStart()}</pre>
      <h4>{change.word === 'deleted' ? 'Value (the state before the deletion)' : 'Value'}</h4>
      <Shown answer={value}>{(object) => <Manifest object={object} secret={isSecret(change)} write={(shown) => JSON.stringify(shown, undefined, 2)} />}</Shown>
    </>
  )
}

export const storySubject = (story: Story, troubled: Set<string>): Subject => ({
  outcome: standing(story, troubled),
  title: `${story.lane.root.kind} ${story.lane.root.name}: ${titleOf(story)}`,
  story,
  events: story.changes,
})

export const sameObject = (a: Change, b: ObjectReference) => keyOf(a.object) === keyOf(b)

export function Keys() {
  const keys: [string, string][] = [
    ['L', 'go to the present'],
    ['[  ]', 'previous or next event'],
    ['G', 'go to a time or revision'],
    ['/', 'search objects, events and people'],
    ['V', 'lanes or list of events'],
    ['P', 'events of users only'],
    ['T', 'timeline: arrows select, + − zoom, 0 fit'],
    ['R', 'resource tree: arrows'],
    ['E', 'events of the selected object'],
    ['D', 'light or dark'],
    ['?', 'these keys'],
  ]
  return (
    <dl class="keys">
      {keys.map(([key, what]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  )
}
