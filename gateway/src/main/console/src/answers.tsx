import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { told } from './api'

/** The result of a request: neither value nor failure while it is under way. */
export interface Answer<T> {
  value?: T
  failure?: unknown
}

/** Sends the request again when the inputs change. */
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

/** @param props.waiting what to show as long as there is no answer */
export function Shown<T>(props: { answer: Answer<T>; waiting?: string; children: (value: T) => ComponentChildren }) {
  const { value, failure } = props.answer
  if (failure !== undefined) {
    return (
      <p class="alert" role="status">
        {told(failure)}
      </p>
    )
  }
  return value === undefined ? <p class="quiet pad">{props.waiting ?? '…'}</p> : <>{props.children(value)}</>
}
