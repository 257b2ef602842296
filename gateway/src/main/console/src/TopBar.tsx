import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type Moment, told } from './api'
import type { Changes } from './changes'
import { clock, count, duration, moment as shownMoment, zone } from './format'
import { useNow } from './clock'
import type { HealthWatch } from './health'
import { asMoment } from './moments'
import { useStore } from './store'
import type { Story } from './stories'

const tone = (value: number | undefined, open: number, bad: number) =>
  value === undefined ? 'none' : value >= bad ? 'bad' : value >= open ? 'open' : 'good'

export function HealthLine({ watch }: { watch: HealthWatch }) {
  const { health, failure } = useStore(watch)
  const figures = [
    {
      name: 'Write p99',
      value: health.writeP99Seconds === undefined ? '–' : duration(health.writeP99Seconds * 1000),
      tone: tone(health.writeP99Seconds, 0.25, 1),
      says: '99 % of writes took at most this long, measured by this gateway over the last minute, or since its start',
    },
    {
      name: 'Projection lag',
      value: health.projectionLag === undefined ? '–' : count(health.projectionLag),
      tone: tone(health.projectionLag, 1_000, 20_000),
      says: "events in the log that this gateway has not applied yet",
    },
    {
      name: 'Heartbeat',
      value: health.runnerLagSeconds === undefined ? '–' : `${duration(health.runnerLagSeconds * 1000)} ago`,
      tone: tone(health.runnerLagSeconds, 20, 40),
      says: `when the quietest node${health.quietestNode ? `, ${health.quietestNode},` : ''} last renewed its Lease: nodes do it every 10 s, so up to 10 s is normal`,
    },
    {
      name: 'Log end',
      value: health.logEnd === undefined ? '–' : count(health.logEnd),
      tone: 'none',
      says: 'the newest revision in the topic of events',
    },
  ]
  // Users who cannot read the metrics see none.
  if (watch.forbidden) return <span class="health" />
  return (
    <dl class="health" aria-label="Health" title={failure}>
      {figures.map((figure) => (
        <div key={figure.name} title={failure || figure.says}>
          <dt>
            <i class={`dot ${figure.tone}`} />
            {figure.name}
          </dt>
          <dd>{figure.value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Selects the moment that the page shows. */
export function Scrubber(props: {
  changes: Changes
  moment: Moment
  marks: Story[]
  choose: (moment: Moment) => void
}) {
  const { changes, moment } = props
  useStore(changes)
  const [dragged, setDragged] = useState<number>()
  const [text, setText] = useState('')
  const [failure, setFailure] = useState('')
  const settle = useRef(0)
  const here = dragged ?? (moment === 'live' ? changes.newest : moment)
  const time = useTimeOf(changes, here)
  const live = moment === 'live' && dragged === undefined
  const now = useNow(live)
  const shown = live ? now : time

  const drag = (revision: number) => {
    const end = revision >= changes.newest
    setDragged(end ? undefined : revision)
    clearTimeout(settle.current)
    if (end) props.choose('live')
    else settle.current = window.setTimeout(() => (setDragged(undefined), props.choose(revision)), 120)
  }
  const go = async (event: SubmitEvent) => {
    event.preventDefault()
    const typed = event.currentTarget as HTMLFormElement
    setFailure('')
    try {
      const wanted = asMoment(text.trim(), Date.now())
      if (wanted === 'live' || typeof wanted === 'number') props.choose(wanted)
      else props.choose((await changes.upTo(wanted.time))?.revision ?? changes.oldest)
      setText('')
      // The keys are the page's again.
      typed.querySelector('input')!.blur()
    } catch (wrong) {
      setFailure(told(wrong))
    }
  }
  return (
    <section class={`scrubber ${live ? 'live' : 'past'}`} aria-label="Moment">
      <button class="livebutton" aria-pressed={live} title="Show the present (L)" onClick={() => props.choose('live')}>
        <i class="pulse" /> Live
      </button>
      <output class="when" id="when">
        <strong>
          {shown ? clock(shown, false) : '–'} <small>{shown ? zone(shown) : ''}</small>
        </strong>
        <span>
          {shown ? shownMoment(shown).split(',')[0] : ''} · revision {count(here)}
        </span>
      </output>
      <div class="step">
        <button title="Previous event ( [ )" aria-label="Previous event" onClick={() => drag(Math.max(changes.oldest, here - 1))}>
          ‹
        </button>
        <div class="track">
          <Marks marks={props.marks} from={changes.oldest} to={changes.newest} />
          <input
            id="scrubber"
            type="range"
            aria-label="Revision"
            aria-valuetext={shown ? `revision ${here}, ${shownMoment(shown)}` : undefined}
            min={changes.oldest}
            max={Math.max(changes.newest, changes.oldest + 1)}
            value={here}
            onInput={(event) => drag(Number(event.currentTarget.value))}
            style={{ '--at': `${(100 * (here - changes.oldest)) / Math.max(1, changes.newest - changes.oldest)}%` }}
          />
        </div>
        <button title="Next event ( ] )" aria-label="Next event" onClick={() => drag(here + 1)}>
          ›
        </button>
      </div>
      <form onSubmit={go}>
        <input
          id="goto"
          type="text"
          aria-label="Go to a revision or a time"
          aria-invalid={failure !== ''}
          placeholder="Revision, 14:02 or -15m"
          title={failure || 'A revision, an RFC 3339 time, a time of today, or -30s, -15m, -2h (G)'}
          value={text}
          onInput={(event) => (setText(event.currentTarget.value), setFailure(''))}
          onKeyDown={(event) => event.key === 'Escape' && (setText(''), setFailure(''))}
        />
        {failure && (
          <p class="alert floating" role="alert">
            {failure}
          </p>
        )}
      </form>
    </section>
  )
}

/** Where on the scrubber something went wrong, was rolled out or was taken away. */
function Marks(props: { marks: Story[]; from: number; to: number }) {
  const width = Math.max(1, props.to - props.from)
  return (
    <div class="marks" aria-hidden="true">
      {props.marks.map((story) => (
        <i key={story.id} class={story.outcome} style={{ left: `${(100 * (story.id - props.from)) / width}%` }} />
      ))}
    </div>
  )
}

function useTimeOf(changes: Changes, revision: number): number | undefined {
  const known = changes.at(revision)
  const [asked, setAsked] = useState<{ revision: number; time: number }>()
  useEffect(() => {
    if (known || revision < 1) return
    const timer = setTimeout(
      () => changes.upTo(String(revision)).then((change) => change && setAsked({ revision, time: change.time }), () => undefined),
      60,
    )
    return () => clearTimeout(timer)
  }, [changes, revision, known === undefined])
  return known?.time ?? (asked?.revision === revision ? asked.time : undefined)
}

/** Stories worth a mark, at most as many as there is room for. */
export function useMarks(stories: Iterable<Story>, version: number): Story[] {
  return useMemo(() => {
    const marks = []
    for (const story of stories) {
      const word = story.changes[0]!.word
      if (story.outcome === 'bad' || word === 'template-changed' || word === 'deleted') marks.push(story)
    }
    return marks.slice(-200)
  }, [version])
}
