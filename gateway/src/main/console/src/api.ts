/** The API, with a token or with the browser's client certificate. */

import { PROTOCOL } from './shell'

/** What is looked at: the present, or the state after a revision. */
export type Moment = 'live' | number

export interface ObjectReference {
  apiVersion: string
  kind: string
  group: string
  resource: string
  namespace: string
  name: string
  uid: string
}

export const NO_OBJECT: ObjectReference = { apiVersion: '', kind: '', group: '', resource: '', namespace: '', name: '', uid: '' }

/** An answer that is a Status of failure. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
  ) {
    super(message)
  }
}

export interface Row {
  cells: (string | number | boolean | null)[]
  object: {
    metadata: {
      name: string
      namespace?: string
      uid: string
      resourceVersion?: string
      creationTimestamp?: string
      deletionTimestamp?: string
      ownerReferences?: { uid: string; kind: string; name: string }[]
    }
    /** Only where the whole object was asked for. */
    status?: { conditions?: { type: string; status: string }[] }
  }
}

export interface Table {
  columnDefinitions: { name: string; type: string; priority: number }[] | null
  rows: Row[] | null
  metadata: { resourceVersion: string; continue?: string }
}

export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: T
}

export const JSON_ACCEPT = 'application/json'
export const TABLE_ACCEPT = 'application/json;as=Table;v=v1;g=meta.k8s.io'
export const DISCOVERY_ACCEPT = 'application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io'
export const HISTORY = '/apis/history.shiplog.io/v1'

export const prefixOf = (moment: Moment) => (moment === 'live' ? '' : `/at/${moment}`)

export class Api {
  constructor(
    private readonly token: string,
    private readonly signedOut: () => void,
  ) {}

  async get<T>(path: string, accept = JSON_ACCEPT, signal?: AbortSignal): Promise<T> {
    return (await this.send(path, { headers: { Accept: accept }, signal })).json()
  }

  async text(path: string, accept: string, signal?: AbortSignal): Promise<string> {
    return (await this.send(path, { headers: { Accept: accept }, signal })).text()
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const headers = { Accept: JSON_ACCEPT, 'Content-Type': JSON_ACCEPT }
    return (await this.send(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }

  /** The events of a watch, until the server ends it. */
  async *watch<T>(path: string, accept: string, signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
    const response = await this.send(path, { headers: { Accept: accept }, signal })
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const lines = (rest + value).split('\n')
      rest = lines.pop()!
      for (const line of lines) {
        if (line === '') continue
        const event = JSON.parse(line) as WatchEvent<T>
        if (event.type === 'ERROR') {
          const status = event.object as { code?: number; reason?: string; message?: string }
          throw new ApiError(status.code ?? 500, status.reason ?? '', status.message ?? 'the watch failed')
        }
        yield event
      }
    }
  }

  /** The text of an answer as it comes. */
  async pieces(path: string, signal: AbortSignal, piece: (text: string) => void): Promise<void> {
    const response = await this.send(path, { headers: { Accept: '*/*' }, signal })
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    for (let read = await reader.read(); !read.done; read = await reader.read()) piece(read.value)
  }

  /** A WebSocket, which takes no headers: a token is offered as a subprotocol, as the API wants it. */
  socket(path: string): WebSocket {
    const url = new URL(path, location.href)
    url.protocol = 'wss:'
    return new WebSocket(url, this.token ? [PROTOCOL, bearer(this.token)] : [PROTOCOL])
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const headers: Record<string, string> = { ...(init.headers as Record<string, string>) }
    if (this.token) headers.Authorization = `Bearer ${this.token}`
    const response = await fetch(path, { ...init, headers, cache: 'no-store' })
    if (response.ok) return response
    const status = await response.json().catch(() => ({}))
    if (response.status === 401) this.signedOut()
    throw new ApiError(response.status, status.reason ?? '', status.message ?? `the server answered ${response.status}`)
  }
}

const bearer = (token: string) =>
  'base64url.bearer.authorization.k8s.io.' +
  btoa(String.fromCharCode(...new TextEncoder().encode(token)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** The message of a failure, for users. */
export function told(failure: unknown): string {
  if (failure instanceof ApiError) return failure.message
  return failure instanceof TypeError ? 'The server cannot be reached.' : String(failure)
}

export const aborted = (failure: unknown) => failure instanceof DOMException && failure.name === 'AbortError'

export const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resume) => {
    const timer = setTimeout(resume, milliseconds)
    signal.addEventListener('abort', () => (clearTimeout(timer), resume()), { once: true })
  })
