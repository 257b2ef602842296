import { useEffect, useRef, useState } from 'preact/hooks'
import { Shown, useAnswer } from './answers'
import { type Api, type ObjectReference, aborted, told } from './api'
import { Dialog } from './Dialog'
import { count } from './format'
import { type Lines, NO_LINES, appended, matching } from './logs'
import { join, loadTerminal, podPath, shellPath } from './shell'
import { VirtualList } from './VirtualList'

const ROW = 18
const TAIL = 1_000

interface Pod {
  spec: Record<'initContainers' | 'containers' | 'ephemeralContainers', { name: string }[] | undefined>
}

/** The logs of a pod and a shell in it, with the user's own rights. */
export function PodStreams({ api, pod }: { api: Api; pod: ObjectReference }) {
  const [open, setOpen] = useState<'logs' | 'shell'>()
  const close = () => setOpen(undefined)
  return (
    <div class="actions">
      <button onClick={() => setOpen('logs')}>Logs</button>
      <button onClick={() => setOpen('shell')}>Shell</button>
      {open && (
        <Dialog title={`${open === 'logs' ? 'Logs of' : 'Shell in'} ${pod.name}`} close={close} wide>
          <InContainer api={api} pod={pod}>
            {(container, choice) => (open === 'logs' ? <Logs {...{ api, pod, container, choice }} /> : <Shell {...{ api, pod, container, choice }} />)}
          </InContainer>
        </Dialog>
      )}
    </div>
  )
}

type Choice = preact.ComponentChild

function InContainer(props: { api: Api; pod: ObjectReference; children: (container: string, choice: Choice) => Choice }) {
  const { api, pod } = props
  const answer = useAnswer(() => api.get<Pod>(podPath(pod.namespace, pod.name, '').slice(0, -1)), [pod.uid])
  const [chosen, setChosen] = useState<string>()
  return (
    <Shown answer={answer}>
      {({ spec }) => {
        const all = [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])]
        const container = chosen ?? all[0]!.name
        return props.children(
          container,
          <label>
            Container{' '}
            <select value={container} onChange={(event) => setChosen(event.currentTarget.value)}>
              {all.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>,
        )
      }}
    </Shown>
  )
}

interface Place {
  api: Api
  pod: ObjectReference
  container: string
  choice: Choice
}

function Logs({ api, pod, container, choice }: Place) {
  const [previous, setPrevious] = useState(false)
  const [follow, setFollow] = useState(true)
  const [sought, setSought] = useState('')
  const [log, setLog] = useState<Lines>(NO_LINES)
  const [said, setSaid] = useState('')
  useEffect(() => {
    const stop = new AbortController()
    setLog(NO_LINES)
    setSaid('')
    const query = new URLSearchParams({ container, tailLines: String(TAIL), follow: String(follow && !previous), previous: String(previous) })
    api
      .pieces(`${podPath(pod.namespace, pod.name, 'log')}?${query.toString()}`, stop.signal, (piece) => setLog((before) => appended(before, piece)))
      .then(
        () => setLog((before) => (before.rest ? appended(before, '\n') : before)),
        (failure: unknown) => !aborted(failure) && setSaid(told(failure)),
      )
    return () => stop.abort()
  }, [pod.uid, container, previous, follow])
  const lines = matching(log.lines, sought)
  return (
    <>
      <div class="streambar">
        {choice}
        <label>
          <input type="checkbox" checked={follow && !previous} disabled={previous} onChange={(event) => setFollow(event.currentTarget.checked)} /> Follow
        </label>
        <label>
          <input type="checkbox" checked={previous} onChange={(event) => setPrevious(event.currentTarget.checked)} /> Previous run
        </label>
        <input type="search" placeholder="Search lines" aria-label="Search lines" value={sought} onInput={(event) => setSought(event.currentTarget.value)} />
        <span class="quiet">
          {sought ? `${count(lines.length)} of ${count(log.lines.length)} lines` : `${count(log.lines.length)} lines`}
          {log.dropped > 0 && `, ${count(log.dropped)} older ones dropped`}
        </span>
      </div>
      {said && (
        <p class="alert" role="status">
          {said}
        </p>
      )}
      <VirtualList
        class="logs"
        label="Log"
        count={lines.length}
        rowHeight={ROW}
        active={follow ? lines.length - 1 : undefined}
        row={(index) => (
          <div key={index} class="line">
            {lines[index]}
          </div>
        )}
      />
    </>
  )
}

function Shell({ api, pod, container, choice }: Place) {
  const box = useRef<HTMLDivElement>(null)
  const [said, setSaid] = useState('')
  useEffect(() => {
    let leave = () => {}
    let wanted = true
    setSaid('')
    loadTerminal().then(
      () => {
        if (wanted) leave = join(api.socket(shellPath(pod.namespace, pod.name, container)), box.current!, setSaid)
      },
      (failure: unknown) => setSaid(told(failure)),
    )
    return () => {
      wanted = false
      leave()
    }
  }, [pod.uid, container])
  return (
    <>
      <div class="streambar">
        {choice}
        <span class="quiet">Opening it is recorded in the log, with your name.</span>
      </div>
      {said && (
        <p class="alert" role="status">
          {said}
        </p>
      )}
      <div ref={box} class="terminal" onKeyDown={(event) => event.stopPropagation()} />
    </>
  )
}
