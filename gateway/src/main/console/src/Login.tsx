import { useState } from 'preact/hooks'

/** Asks for a token. Shown where the browser's client certificate, if it has one, was not enough. */
export function Login(props: { failure: string; enter: (token: string) => void }) {
  const [token, setToken] = useState('')
  return (
    <main class="login">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault()
          props.enter(token.trim())
          setToken('')
        }}
      >
        <h1>
          <img src="/console/icon.svg" alt="" width="28" height="28" /> Shiplog
        </h1>
        <p>See the cluster as it is now, and as it was at any earlier moment.</p>
        <label for="token">Bearer token</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          spellcheck={false}
          autofocus
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        {props.failure && (
          <p class="alert" role="alert">
            {props.failure}
          </p>
        )}
        <button class="primary" type="submit" disabled={token.trim() === ''}>
          Sign in
        </button>
        <p class="hint">
          The administrator's token is in <code>$SHIPLOG_HOME/pki/admin.token</code>; <code>kubectl create token NAME</code> creates one
          for a ServiceAccount. The token is kept in this tab only. A browser with a client certificate of this cluster needs no token.
        </p>
      </form>
    </main>
  )
}
