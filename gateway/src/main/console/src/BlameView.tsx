import { useState } from 'preact/hooks'
import { Shown, useAnswer } from './answers'
import type { Api } from './api'
import { type BlameRow, blameRows } from './blames'
import type { Change } from './changes'
import { Reveal } from './Diff'
import { count, moment as shownMoment, zone } from './format'
import { actorOf, managerOf } from './people'
import { type Author, blame } from './reviews'
import { isNoise, masked, valueAt } from './values'

/** Who set each value of an object, as it was at an event; of a text with many lines, who wrote each. */
export function BlameView(props: { api: Api; change: Change; goTo: (revision: number) => void }) {
  const { api, change } = props
  const [open, setOpen] = useState(false)
  const answer = useAnswer(() => blame(api, change), [change.revision])
  const secret = change.object.kind === 'Secret'
  return (
    <Shown answer={answer}>
      {({ object, fields }) => {
        const values = secret && !open ? masked(object) : object
        return (
          <>
            {secret && <Reveal open={open} turn={() => setOpen(!open)} />}
            <table class="blame">
              <thead>
                <tr>
                  <th scope="col">Value</th>
                  <th scope="col">Set by</th>
                </tr>
              </thead>
              <tbody>
                {fields
                  .filter((field) => !isNoise(field.path))
                  .flatMap((field) => blameRows(field, valueAt(values, field.pointer), secret && !open))
                  .map((row, index) => (
                    <Blamed key={index} row={row} goTo={props.goTo} />
                  ))}
              </tbody>
            </table>
          </>
        )
      }}
    </Shown>
  )
}

function Blamed({ row, goTo }: { row: BlameRow; goTo: (revision: number) => void }) {
  const ofText = row.line > 0
  const kind = !ofText ? '' : row.line === 1 ? 'textline first' : row.repeated ? 'textline repeated' : 'textline'
  return (
    <tr class={kind}>
      <td>
        {row.path && <code class="path">{row.path}</code>}
        <code>
          {ofText && (
            <span class="number" aria-hidden="true">
              {row.line}
            </span>
          )}
          {row.text || '\u00a0'}
        </code>
      </td>
      <td>{row.repeated ? undefined : <By who={row.who} goTo={goTo} inOneLine={ofText} />}</td>
    </tr>
  )
}

function By({ who, goTo, inOneLine }: { who: Author; goTo: (revision: number) => void; inOneLine: boolean }) {
  if (!who.revision) return <span class="quiet">not known</span>
  const time = who.time ? Date.parse(who.time) : undefined
  const revision = Number(who.revision)
  const manager = managerOf(who)
  return (
    <>
      <b title={[actorOf(who), manager].filter(Boolean).join(' · ')}>{actorOf(who)}</b>
      {manager && !inOneLine && (
        <span class="quiet manager" title="field manager">
          {manager}
        </span>
      )}
      <span class="quiet" title={time ? `${shownMoment(time)} ${zone(time)}` : undefined}>
        {!inOneLine && `${who.verb} · `}
        <button class="link" title="Look at this moment" onClick={() => goTo(revision)}>
          {count(revision)}
        </button>
      </span>
    </>
  )
}
