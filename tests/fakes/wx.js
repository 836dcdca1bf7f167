// The part of WeChat's `wx` that docs/cookbook.md uses, in node: requests are real, sounds are over at once.
const fs = require('node:fs')

function innerAudioContext() {
  let ended, alive = true
  return {
    onEnded: listener => { ended = listener },
    onError: () => {},
    destroy: () => { alive = false },
    play() {
      wx.heard.push(fs.readFileSync(this.src).length)
      setTimeout(() => alive && ended(), 1)
    },
  }
}

async function answer(options, listeners, signal) {
  const response = await fetch(options.url, {
    method: options.method,
    headers: { 'Content-Type': 'application/json', ...options.header },
    body: JSON.stringify(options.data),
    signal,
  })
  const statusCode = response.status
  if (!options.enableChunked) return { statusCode, data: await response.json() }
  listeners.headers({ statusCode })
  for await (const chunk of response.body) listeners.chunk({ data: new Uint8Array(chunk).buffer })
  return { statusCode, data: new ArrayBuffer(0) }
}

globalThis.wx = {
  heard: [],
  tokens: 0,
  env: { USER_DATA_PATH: process.env.USER_DATA },
  login: async () => ({ code: `${process.env.CODE}.${wx.tokens++}` }),
  getFileSystemManager: () => ({
    writeFileSync: (path, data) => fs.writeFileSync(path, Buffer.from(data)),
    unlinkSync: path => fs.unlinkSync(path),
  }),
  createInnerAudioContext: innerAudioContext,
  request(options) {
    const listeners = {}, controller = new AbortController()
    answer(options, listeners, controller.signal)
      .then(options.success, error => options.fail({ errMsg: error.message }))
      .finally(options.complete)
    return {
      abort: () => controller.abort(),
      onHeadersReceived: listener => { listeners.headers = listener },
      onChunkReceived: listener => { listeners.chunk = listener },
    }
  },
}
