import { useEffect, useReducer } from 'preact/hooks'

/** Something that changes and tells those who look at it, at most once a frame. */
export class Store {
  private readonly listeners = new Set<() => void>()
  private frame = 0

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  protected changed() {
    if (this.frame) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      this.listeners.forEach((listener) => listener())
    })
  }
}

/** Draws the component again whenever the store has changed. */
export function useStore<T extends Store>(store: T): T {
  const [, redraw] = useReducer((n: number) => n + 1, 0)
  useEffect(() => store.subscribe(() => redraw(undefined)), [store])
  return store
}
