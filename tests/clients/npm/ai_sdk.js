// npm `ai` and `@ai-sdk/openai`: `generateSpeech`.
import { createOpenAI } from '@ai-sdk/openai'
import { generateSpeech } from 'ai'
import { TEXT, facts, finish, save } from './recorder.js'

const speak = (apiKey, voice) => generateSpeech({
  model: createOpenAI({ apiKey, baseURL: process.env.OPENAI_BASE_URL }).speech('tts-1'), text: TEXT, voice, maxRetries: 0,
})

const { audio, warnings } = await speak(process.env.OPENAI_API_KEY)
save('whole.mp3', audio.uint8Array)
Object.assign(facts, { mediaType: audio.mediaType, warnings })
await speak(process.env.OPENAI_API_KEY, 'nobody').catch(error => {
  facts['unknown voice'] = [error.name, error.statusCode, error.data?.error?.code]
})
finish()
