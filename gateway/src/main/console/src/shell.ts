/**
 * A shell in a container: the WebSocket protocol of `kubectl exec`, version 5.
 * https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go
 */
export interface TerminalSize {
  Width: number
  Height: number
}

/** A terminal that is open. */
export interface Screen {
  size: () => TerminalSize
  write: (bytes: Uint8Array) => void
  close: () => void
}

declare global {
  // eslint-disable-next-line no-var
  var shiplogTerminal: ((parent: HTMLElement, typed: (text: string) => void, resized: (size: TerminalSize) => void) => Screen) | undefined
}

export const PROTOCOL = 'v5.channel.k8s.io'
const STDIN = 0
const STDOUT = 1
const STDERR = 2
const FAILURE = 3
const RESIZE = 4

/** bash where there is one. */
const SHELL = ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash || exec sh']

export const podPath = (namespace: string, name: string, subresource: string) =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/${subresource}`

export function shellPath(namespace: string, name: string, container: string): string {
  const query = new URLSearchParams({ container, stdin: 'true', stdout: 'true', tty: 'true' })
  SHELL.forEach((word) => query.append('command', word))
  return `${podPath(namespace, name, 'exec')}?${query.toString()}`
}

export function framed(channel: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(bytes.length + 1)
  frame[0] = channel
  frame.set(bytes, 1)
  return frame
}

/** The outcome of a command, as people say it: the Status on the error channel. */
export function ended(status: string): string {
  try {
    const { status: result, message } = JSON.parse(status) as { status?: string; message?: string }
    return result === 'Success' ? 'The shell has ended.' : `The shell has ended: ${message ?? 'it failed'}`
  } catch {
    return 'The shell has ended.'
  }
}

const utf8 = new TextEncoder()

/**
 * Joins a terminal with a WebSocket.
 *
 * @param says what to tell when it is over, once
 * @return ends both
 */
export function join(socket: WebSocket, parent: HTMLElement, says: (text: string) => void): () => void {
  socket.binaryType = 'arraybuffer'
  let screen: Screen | undefined
  let over = false
  const end = (text: string) => {
    if (!over) says(text)
    over = true
  }
  const send = (channel: number, text: string) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(framed(channel, utf8.encode(text)))
  }
  const resize = (size: TerminalSize) => send(RESIZE, JSON.stringify(size))
  socket.onopen = () => {
    screen = globalThis.shiplogTerminal!(parent, (text) => send(STDIN, text), resize)
    resize(screen.size())
  }
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    const frame = new Uint8Array(data)
    const content = frame.subarray(1)
    if (frame[0] === STDOUT || frame[0] === STDERR) screen?.write(content)
    if (frame[0] === FAILURE) end(ended(new TextDecoder().decode(content)))
  }
  socket.onclose = () => end(screen ? 'The connection was closed.' : 'The shell cannot be opened: you may not, or the container does not run.')
  return () => {
    over = true
    socket.close()
    screen?.close()
  }
}

let loading: Promise<void> | undefined

/** The terminal is a script of its own, which most pages never need. */
export function loadTerminal(): Promise<void> {
  loading ??= new Promise<void>((resolve, reject) => {
    const style = document.createElement('link')
    style.rel = 'stylesheet'
    style.href = '/console/terminal.css'
    const script = document.createElement('script')
    script.src = '/console/terminal.js'
    script.onload = () => resolve()
    script.onerror = () => {
      loading = undefined
      reject(new TypeError('the terminal cannot be loaded'))
    }
    document.head.append(style, script)
  })
  return loading
}
