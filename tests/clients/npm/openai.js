// npm `openai`: speech whole, in chunks and in events; models; errors.
import OpenAI from 'openai'
import { OTHER_TEXT, TEXT, Recording, facts, finish, save } from './recorder.js'

const client = new OpenAI({ maxRetries: 0 })

const stream = new Recording('stream.pcm')
const speech = await client.audio.speech.create({ model: 'tts-1', voice: 'nova', input: TEXT, response_format: 'pcm' })
for await (const chunk of speech.body) stream.add(chunk)
stream.save()

const events = new Recording('events.pcm')
const answer = await client.audio.speech.create({
  model: 'gpt-4o-mini-tts', voice: 'ash', input: OTHER_TEXT, response_format: 'pcm', stream_format: 'sse',
})
let rest = ''
for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split('\n\n')
  rest = lines.pop()
  for (const event of lines.map(line => JSON.parse(line.slice('data: '.length)))) {
    if (event.type === 'speech.audio.delta') events.add(Buffer.from(event.audio, 'base64'))
    if (event.type === 'speech.audio.done') facts.usage = event.usage
  }
}
events.save()

const whole = await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: TEXT })
save('whole.mp3', Buffer.from(await whole.arrayBuffer()))

facts.models = []
for await (const model of client.models.list()) facts.models.push(model.id)
for (const [name, call] of Object.entries({
  'wrong key': () => client.withOptions({ apiKey: 'sk-nobody' }).models.list(),
  'unknown voice': () => client.audio.speech.create({ model: 'tts-1', voice: 'nobody', input: TEXT }),
})) {
  await call().catch(error => { facts[name] = [error.constructor.name, error.status, error.code] })
}
finish()
