import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { type Api, JSON_ACCEPT, type ObjectReference, told } from './api'
import { type Change, type Changes, type FieldChange, NEWEST, type RawChange, parsed } from './changes'
import { Command, Dialog } from './Dialog'
import { clock, count, duration, moment as shownMoment, quoted, yaml } from './format'
import { type CauseStep, type NodeVerdict, type Scheduling, type UndoAnswer, type UndoCommand, type UndoSpec, causes, undo } from './reviews'
import { type Outcome, type Story, keyOf, span, standing, titleOf } from './stories'
import { VirtualList } from './VirtualList'

const ROW = 30
type Tab = 'change' | 'why' | 'object' | 'record'
const TABS: [Tab, string][] = [
  ['change', 'Change'],
  ['why', 'Why'],
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
}

/** The selected event: who, why, what it changed, and what can be done about it. */
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
          <p>Choose a bar of the timeline or an object of the tree.</p>
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
          <p class="quiet">{subject.story ? summary(subject.story) : ownEvents(subject.events.length)}</p>
        </div>
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
              <span class="name" title={`${each.object.kind} ${each.object.name}`}>
                {each.object.name}
              </span>
              <span class="note">{each.object.kind}</span>
            </div>
          )
        }}
      />
      {change && <Detail key={change.revision} {...props} change={change} />}
    </aside>
  )
}

const ownEvents = (n: number) => (n === 0 ? '…' : n === 1 ? 'one event' : n < NEWEST ? `${n} events` : `its ${n} newest events`)

function summary(story: Story): string {
  const [from, to] = span(story)
  const took = to - from < 1 ? 'at once' : `took ${duration(to - from)}`
  return `${shownMoment(from)} · ${took} · by ${story.changes[0]!.actor}`
}

function Detail(props: { api: Api; changes: Changes; change: Change; choose: (change: Change) => void; goTo: (revision: number) => void }) {
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
            <b>{change.actor}</b> <span class="quiet">({change.verb})</span>
          </dd>
          <dt>When</dt>
          <dd>
            {shownMoment(change.time)}
            <span class="quiet">.{clock(change.time).slice(-3)}</span>
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
        {tab === 'change' && <Shown answer={whole}>{(raw) => <Diff fields={raw.fields} />}</Shown>}
        {tab === 'why' && <Why api={api} changes={changes} change={change} choose={props.choose} />}
        {tab === 'object' && <ObjectAt api={api} change={change} />}
        {tab === 'record' && <Shown answer={whole}>{(raw) => <RecordOf api={api} change={change} raw={raw} />}</Shown>}
      </div>
      {dialog === 'undo' && <Undoing api={api} change={change} close={() => setDialog(undefined)} />}
      {dialog === 'branch' && (
        <Dialog title="Branch here" close={() => setDialog(undefined)}>
          <p>
            A what-if cluster with the state of revision {count(change.revision)}, in memory, that leaves no trace on this one:
          </p>
          <Command text={`./shiplog branch what-if-${change.revision} --at ${change.revision}`} />
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

interface Answer<T> {
  value?: T
  failure?: unknown
}

function useAnswer<T>(ask: () => Promise<T>, inputs: unknown[]): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({})
  useEffect(() => {
    let wanted = true
    setAnswer({})
    ask().then(
      (value) => wanted && setAnswer({ value }),
      (failure: unknown) => wanted && setAnswer({ failure }),
    )
    return () => {
      wanted = false
    }
  }, inputs)
  return answer
}

function Shown<T>(props: { answer: Answer<T>; children: (value: T) => ComponentChildren }) {
  const { value, failure } = props.answer
  if (failure !== undefined) {
    return (
      <p class="alert" role="status">
        {told(failure)}
      </p>
    )
  }
  return value === undefined ? <p class="quiet pad">…</p> : <>{props.children(value)}</>
}

const QUIET_PATHS = /^\.metadata\.(resourceVersion|generation|managedFields)/

export function Diff({ fields }: { fields: FieldChange[] | undefined }) {
  const [all, setAll] = useState(false)
  if (!fields) return <p class="notice">What was there before is not known.</p>
  const loud = fields.filter((field) => !QUIET_PATHS.test(field.path))
  const shown = all ? fields : loud
  return (
    <div class="diff">
      {shown.map((field) => (
        <div key={field.path + field.op} class="field">
          <code class="path">{field.path || 'the whole object'}</code>
          {field.op !== 'add' && <Value sign="−" value={field.before} />}
          {field.op !== 'remove' && <Value sign="+" value={field.after} />}
        </div>
      ))}
      {shown.length === 0 && <p class="quiet">Nothing but bookkeeping.</p>}
      {loud.length < fields.length && (
        <button class="link" onClick={() => setAll(!all)}>
          {all ? 'leave out bookkeeping' : `${fields.length - loud.length} fields of bookkeeping`}
        </button>
      )}
    </div>
  )
}

function Value({ sign, value }: { sign: '−' | '+'; value: unknown }) {
  return (
    <pre class={sign === '+' ? 'after' : 'before'}>
      <span aria-label={sign === '+' ? 'after' : 'before'}>{sign}</span>
      {yaml(value).replace(/^[\n ]/, '')}
    </pre>
  )
}

function Why(props: { api: Api; changes: Changes; change: Change; choose: (change: Change) => void }) {
  const { api, changes, change } = props
  const answer = useAnswer(() => causes(api, change), [change.revision])
  return (
    <Shown answer={answer}>
      {(chain) => (
        <ol class="chain">
          {chain.map((step, index) => (
            <Step key={index} step={step} here={Number(step.revision) === change.revision} changes={changes} choose={props.choose} />
          ))}
        </ol>
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
        {step.actor}
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
  OnlyOne: 'the only node that it fits on',
  Nominated: 'where room was made for it',
  Score: 'which has the greatest score',
  Lot: 'by lot among those with the greatest score',
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
  const { object } = change
  const base = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`
  const at = change.word === 'deleted' && change.previous ? change.previous : change.revision
  const namespace = object.namespace ? `/namespaces/${object.namespace}` : ''
  return `/at/${at}${base}${namespace}/${object.resource}/${encodeURIComponent(object.name)}`
}

function ObjectAt({ api, change }: { api: Api; change: Change }) {
  const answer = useAnswer(() => api.get<Record<string, unknown>>(pathOf(change), JSON_ACCEPT), [change.revision])
  return (
    <Shown answer={answer}>
      {(object) => {
        const { managedFields: _, ...metadata } = object.metadata as Record<string, unknown>
        return <pre class="code">{yaml({ ...object, metadata }).trimStart()}</pre>
      }}
    </Shown>
  )
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
      {record.offset === undefined && <p class="notice">No broker holds this record.</p>}
      <h4>Headers</h4>
      <pre class="code">{yaml(headers).trimStart()}</pre>
      <h4>{change.word === 'deleted' ? 'Value (the state before the deletion)' : 'Value'}</h4>
      <Shown answer={value}>{(object) => <pre class="code">{JSON.stringify(object, undefined, 2)}</pre>}</Shown>
    </>
  )
}

/** Shows what an undo would do, and does it when told to. */
function Undoing({ api, change, close }: { api: Api; change: Change; close: () => void }) {
  const choices: { name: string; spec: UndoSpec }[] = [
    { name: 'this event', spec: { from: String(change.revision), to: String(change.revision) } },
    {
      name: `${change.object.kind} ${change.object.name} back to revision ${count(change.revision)}`,
      spec: {
        object: { apiVersion: change.object.apiVersion, kind: change.object.kind, namespace: change.object.namespace, name: change.object.name },
        to: String(change.revision),
      },
    },
  ]
  const [chosen, setChosen] = useState(0)
  const [done, setDone] = useState<Answer<UndoAnswer>>()
  const [busy, setBusy] = useState(false)
  const preview = useAnswer(() => undo(api, change.object, choices[chosen]!.spec, true), [chosen])
  const run = async () => {
    setBusy(true)
    setDone(await undo(api, change.object, choices[chosen]!.spec, false).then((value) => ({ value }), (failure: unknown) => ({ failure })))
    setBusy(false)
  }
  return (
    <Dialog title="Undo" close={close} wide>
      <fieldset disabled={busy || done !== undefined}>
        {choices.map((choice, index) => (
          <label key={index} class="choice">
            <input type="radio" name="undo" checked={chosen === index} onChange={() => setChosen(index)} /> {choice.name}
          </label>
        ))}
      </fieldset>
      <h4>{done?.value ? 'Done' : 'Preview'}</h4>
      <div class="preview scroll">
        <Shown answer={done ?? preview}>{(answer) => <Plan answer={answer} />}</Shown>
      </div>
      <footer>
        <button onClick={close}>{done ? 'Close' : 'Cancel'}</button>
        {!done && (
          <button class="primary danger" disabled={busy || !preview.value?.commands.length} onClick={() => void run()}>
            Undo
          </button>
        )}
      </footer>
    </Dialog>
  )
}

function Plan({ answer }: { answer: UndoAnswer }) {
  return (
    <>
      {answer.conflicts.length > 0 && (
        <div class="alert">
          The world has moved on:
          {answer.conflicts.map((conflict, index) => (
            <p key={index}>
              {conflict.object.kind} {conflict.object.name} {conflict.path && <code>{conflict.path}</code>} {conflict.message}
            </p>
          ))}
        </div>
      )}
      {answer.commands.map((command, index) => (
        <PlannedCommand key={index} command={command} />
      ))}
      {answer.notes.map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
      {answer.commands.length === 0 && answer.conflicts.length === 0 && <p class="quiet">There is nothing to do: the cluster is as it was.</p>}
    </>
  )
}

function PlannedCommand({ command }: { command: UndoCommand }) {
  const { verb, object, fields, manifest } = command
  return (
    <div class="planned">
      <p>
        <span class="word">{verb}</span> <b>{`${object.kind ?? object.resource ?? ''} ${object.name ?? ''}`}</b>{' '}
        <span class="quiet">{object.namespace}</span>
      </p>
      {fields && <Diff fields={fields} />}
      {manifest !== undefined && <pre class="code">{yaml(manifest).trimStart()}</pre>}
    </div>
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
    ['L', 'the present'],
    ['[  ]', 'one event back or on'],
    ['G', 'go to a time or revision'],
    ['/', 'filter the tree'],
    ['T', 'timeline: arrows choose, + − zoom, 0 fit'],
    ['R', 'resource tree: arrows'],
    ['E', 'events of the selection'],
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
