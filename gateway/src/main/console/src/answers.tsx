import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { told } from './api'

/** What came of a question: neither, as long as there is no answer. */
export interface Answer<T> {
  value?: T
  failure?: unknown
}

/** Asks again whenever the inputs change. */
export function useAnswer<T>(ask: () => Promise<T>, inputs: unknown[]): Answer<T> {
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

export function Shown<T>(props: { answer: Answer<T>; children: (value: T) => ComponentChildren }) {
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
