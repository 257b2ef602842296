import '@xterm/xterm/css/xterm.css'
import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import type { Screen, TerminalSize } from './shell'

/**
 * xterm.js styles itself with style elements and style attributes, which the console's security policy refuses, since a page could be
 * attacked by them. Scripts may change styles as objects: so a style element of it becomes a style sheet of its own.
 */
function withoutInlineStyles(): Document {
  const createElement = (name: string) => {
    const element = document.createElement(name === 'style' ? 'template' : name)
    if (name === 'style') {
      const sheet = new CSSStyleSheet()
      document.adoptedStyleSheets.push(sheet)
      Object.defineProperty(element, 'textContent', { set: (text: string) => sheet.replaceSync(text) })
      element.remove = () => {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet)
        Element.prototype.remove.call(element)
      }
    }
    return element
  }
  return new Proxy(document, {
    get(target, key) {
      if (key === 'createElement') return createElement
      const value = Reflect.get(target, key) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** The same for colours that are no class: xterm.js copies the elements that it colours. */
HTMLSpanElement.prototype.setAttribute = function (this: HTMLSpanElement, name: string, value: string) {
  if (name === 'style') this.style.cssText = value
  else Element.prototype.setAttribute.call(this, name, value)
}

/** A terminal in an element. What a process prints cannot open a link, change the title or reach the clipboard. */
function open(parent: HTMLElement, typed: (text: string) => void, resized: (size: TerminalSize) => void): Screen {
  const style = getComputedStyle(parent)
  const terminal = new Terminal({
    documentOverride: withoutInlineStyles(),
    fontFamily: style.fontFamily,
    fontSize: 13,
    cursorBlink: true,
    scrollback: 5_000,
    screenReaderMode: true,
    linkHandler: { activate: () => {} },
    theme: { background: style.backgroundColor, foreground: style.color, cursor: style.color },
  })
  const fit = new FitAddon()
  terminal.loadAddon(fit)
  terminal.open(parent)
  terminal.onData(typed)
  terminal.onResize(({ cols, rows }) => resized({ Width: cols, Height: rows }))
  const observer = new ResizeObserver(() => fit.fit())
  observer.observe(parent)
  fit.fit()
  terminal.focus()
  return {
    size: () => ({ Width: terminal.cols, Height: terminal.rows }),
    write: (bytes) => terminal.write(bytes),
    close: () => {
      observer.disconnect()
      terminal.dispose()
    },
  }
}

globalThis.shiplogTerminal = open
