import { useState } from 'preact/hooks'
import { type Api, type ObjectReference, told } from './api'
import { useAnswer } from './answers'
import { Shown } from './answers'
import type { Change, FieldChange } from './changes'
import { compared } from './comparisons'
import { Diff } from './Diff'
import { count } from './format'
import { isNoise } from './values'

/** The difference between two moments: of an object, or of all in a namespace. */
export function Compare({ api, change, about }: { api: Api; change: Change; about: ObjectReference }) {
  const [asked, setAsked] = useState({ from: String(Math.max(1, change.revision - 1)), to: 'live' })
  const [draft, setDraft] = useState(asked)
  const answer = useAnswer(() => compared(api, about, asked.from, asked.to), [change.revision, about.uid, asked])
  const field = (name: 'from' | 'to', label: string) => (
    <label>
      {label}
      <input type="text" value={draft[name]} onInput={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })} />
    </label>
  )
  return (
    <>
      <form class="between" onSubmit={(event) => (event.preventDefault(), setAsked({ ...draft }))} title="A revision, a time, -15m, or live">
        {field('from', 'From')}
        {field('to', 'To')}
        <button type="submit">Compare</button>
      </form>
      <Shown answer={answer}>
        {(found) => (
          <>
            {found.truncated && <p class="notice">Not all changes are shown: choose moments that are closer together.</p>}
            {found.objects.length === 0 && <p class="quiet">Nothing changed between the two moments.</p>}
            {found.objects.map((each) => (
              <Compared key={`${each.object.resource}/${each.object.namespace}/${each.object.name}`} {...each} />
            ))}
          </>
        )}
      </Shown>
    </>
  )
}

function Compared({ object, fields, failure }: { object: ObjectReference; fields: FieldChange[]; failure?: unknown }) {
  const whole = wholeOf(fields)
  const changed = fields.filter((field) => !isNoise(field.path)).length
  return (
    <section class="planned">
      <p>
        <b>
          {object.kind} {object.name}
        </b>{' '}
        {whole ? <span class={`word ${whole}`}>{whole}</span> : <span class="quiet">{changed === 1 ? '1 field' : `${count(changed)} fields`}</span>}
      </p>
      {failure !== undefined ? <p class="alert">{told(failure)}</p> : <Diff fields={fields} secret={object.kind === 'Secret'} />}
    </section>
  )
}

/** Whether the object was created or deleted between the two moments. */
const wholeOf = ([first]: FieldChange[]) => (first?.path !== '' ? undefined : first.op === 'add' ? 'created' : 'deleted')
