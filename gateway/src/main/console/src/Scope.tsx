import { useState } from 'preact/hooks'
import { type Api, HISTORY, told } from './api'
import { useAnswer } from './answers'

/** Where a ServiceAccount lives: the first guess of what it may look at. */
export const homeOf = (user: string): string => /^system:serviceaccount:([^:]+):/.exec(user)?.[1] ?? ''

/** Whether the user may read the log of a namespace; of all, if it is empty. */
async function mayRead(api: Api, namespace: string): Promise<boolean> {
  const group = HISTORY.split('/')[2]!
  const review = await api.post<{ status: { allowed: boolean } }>('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb: 'list', group, resource: 'changes', namespace } },
  })
  return review.status.allowed
}

/** Whether the user may read all namespaces; undefined until that is known. */
export function useWholeCluster(api: Api): boolean | undefined {
  const { value, failure } = useAnswer(() => mayRead(api, ''), [api])
  // If this review fails, the requests themselves show what is allowed.
  return failure === undefined ? value : true
}

/** Asks users who cannot read all namespaces for one. */
export function AskNamespace(props: { api: Api; user: string; choose: (namespace: string) => void; leave: () => void }) {
  const [text, setText] = useState(homeOf(props.user))
  const [failure, setFailure] = useState('')
  const enter = async (event: SubmitEvent) => {
    event.preventDefault()
    const name = text.trim()
    try {
      if (await mayRead(props.api, name)) props.choose(name)
      else setFailure(`${props.user} cannot read the log of the namespace ${name}. The cluster role view allows it.`)
    } catch (wrong) {
      setFailure(told(wrong))
    }
  }
  return (
    <main class="login">
      <form class="card" onSubmit={(event) => void enter(event)}>
        <h1>
          <img src="/console/icon.svg" alt="" width="28" height="28" /> Shiplog
        </h1>
        <p>{props.user} cannot read all namespaces. Enter the one to open.</p>
        <label for="scope">Namespace</label>
        <input id="scope" type="text" autocomplete="off" spellcheck={false} autofocus value={text} onInput={(event) => (setText(event.currentTarget.value), setFailure(''))} />
        {failure && (
          <p class="alert" role="alert">
            {failure}
          </p>
        )}
        <button class="primary" type="submit" disabled={text.trim() === ''}>
          Open
        </button>
        <button class="link" type="button" onClick={props.leave}>
          Sign out
        </button>
      </form>
    </main>
  )
}
