import { useEffect, useState } from 'preact/hooks'

/** The time, once a second while it runs and the page is looked at. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    if (!running) return
    setNow(Date.now())
    const timer = setInterval(() => document.hidden || setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [running])
  return now
}
