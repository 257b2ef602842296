import { Shown, useAnswer } from './answers'
import { useState } from 'preact/hooks'
import type { Api } from './api'
import type { Change } from './changes'
import { Reveal } from './Diff'
import { count, moment as shownMoment, yaml } from './format'
import { actorOf } from './people'
import { type Blamed, blame } from './reviews'
import { isNoise, masked, valueAt } from './values'

/** Who set each value of an object, as it was at an event. */
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
                  .flatMap((field) => rows(field, valueAt(values, field.pointer), secret && !open))
                  .map((row, index) => (
                    <tr key={index}>
                      <td>
                        <code class="path">{row.path}</code>
                        <code>{row.text}</code>
                      </td>
                      <td>
                        {row.who.actor ? <b title={actorOf(row.who)}>{actorOf(row.who)}</b> : <span class="quiet">not known</span>}
                        {row.who.revision && (
                          <span class="quiet" title={row.who.time && shownMoment(Date.parse(row.who.time))}>
                            {row.who.verb} ·{' '}
                            <button class="link" onClick={() => props.goTo(Number(row.who.revision))}>
                              {count(Number(row.who.revision))}
                            </button>
                          </span>
                        )}
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </>
        )
      }}
    </Shown>
  )
}

interface Row {
  path: string
  text: string
  who: Partial<Blamed>
}

/** A value is a row; of a text with several authors each line. */
function rows(field: Blamed, value: unknown, hidden: boolean): Row[] {
  if (field.lines?.length && typeof value === 'string' && !hidden) {
    return value
      .replace(/\n$/, '')
      .split('\n')
      .map((text, index) => ({ path: index === 0 ? field.path : '', text, who: field.lines![index] ?? {} }))
  }
  return [{ path: field.path, text: yaml(value).trim(), who: field }]
}
