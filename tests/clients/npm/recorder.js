// As ../recorder.py: files and facts.json in the folder that OUT names.
import { writeFileSync } from 'node:fs'

export const [TEXT, OTHER_TEXT] = JSON.parse(process.env.TEXTS)
export const facts = {}

export const save = (name, data) => writeFileSync(`${process.env.OUT}/${name}`, data)
export const finish = () => save('facts.json', JSON.stringify(facts))

export class Recording {
  constructor(name) {
    Object.assign(this, { name, began: performance.now(), chunks: [], times: [] })
  }

  add(chunk) {
    this.chunks.push(chunk)
    this.times.push((performance.now() - this.began) / 1000)
  }

  save() {
    save(this.name, Buffer.concat(this.chunks))
    facts[this.name] = { first_s: this.times[0], last_s: this.times.at(-1) }
  }
}
