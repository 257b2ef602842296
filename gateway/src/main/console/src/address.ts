import { useEffect, useState } from 'preact/hooks'
import type { Moment } from './api'

/** What is looked at. It is in the page's address, so that a link shows the same. */
export interface Place {
  moment: Moment
  /** Empty for all. */
  namespace: string
}

export function placeOf(hash: string): Place {
  const query = new URLSearchParams(hash.replace(/^#/, ''))
  const at = Number(query.get('at'))
  return { moment: at > 0 ? at : 'live', namespace: query.get('ns') ?? '' }
}

export function hashOf({ moment, namespace }: Place): string {
  const query = new URLSearchParams()
  if (namespace) query.set('ns', namespace)
  if (moment !== 'live') query.set('at', String(moment))
  return query.size ? `#${query}` : ''
}

export function useAddress(): [Place, (change: Partial<Place>) => void] {
  const [place, setPlace] = useState(() => placeOf(location.hash))
  useEffect(() => {
    const listener = () => setPlace(placeOf(location.hash))
    addEventListener('hashchange', listener)
    return () => removeEventListener('hashchange', listener)
  }, [])
  return [
    place,
    (change) => {
      const next = { ...placeOf(location.hash), ...change }
      history.replaceState(null, '', location.pathname + hashOf(next))
      setPlace(next)
    },
  ]
}
