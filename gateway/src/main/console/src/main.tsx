import './console.css'
import { render } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { Api, ApiError, told } from './api'
import { App } from './App'
import { Login } from './Login'

const TOKEN = 'shiplog-token'
const ANONYMOUS = 'system:anonymous'

interface Review {
  status: { userInfo: { username: string } }
}

/** Finds out who looks: by the token of this tab, else by the browser's client certificate. */
function Console() {
  const [token, setToken] = useState(sessionStorage.getItem(TOKEN) ?? '')
  const [user, setUser] = useState<string>()
  const [failure, setFailure] = useState<string>()
  const api = useMemo(() => new Api(token, () => setUser(undefined)), [token])
  useEffect(() => {
    api
      .post<Review>('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
      })
      .then((review) => {
        const { username } = review.status.userInfo
        if (username === ANONYMOUS) return setFailure((before) => before ?? '')
        if (token) sessionStorage.setItem(TOKEN, token)
        setUser(username)
        setFailure(undefined)
      })
      .catch((wrong: unknown) => {
        const unknown = wrong instanceof ApiError && (wrong.code === 401 || wrong.code === 403)
        setFailure((before) => (!unknown ? told(wrong) : token ? 'The token is not valid, or has expired.' : (before ?? '')))
        setToken('')
      })
  }, [api])
  const leave = () => {
    sessionStorage.removeItem(TOKEN)
    setUser(undefined)
    setFailure('')
    setToken('')
  }
  if (user !== undefined) return <App key={token} api={api} user={user} leave={leave} />
  if (failure === undefined) return <main class="login" aria-busy="true" />
  return <Login failure={failure} enter={setToken} />
}

const stored = localStorage.getItem('theme')
document.documentElement.dataset.theme = stored ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
render(<Console />, document.getElementById('console')!)
