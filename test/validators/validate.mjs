// Asks foreign validators about documents: a JSON array of {name, document} comes in, an array of {name, by, message}
// goes out, one for each finding.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const require = createRequire(import.meta.url)
const validatorsOwn = createRequire(require.resolve('asl-validator'))

// asl-validator compiles its schemas anew for every document, which takes 0.15 s: it gets the same compiler each time.
const ajv = validatorsOwn('ajv')
const Ajv = ajv.default
let compiler
ajv.default = function (options) {
  if (compiler) {
    for (const keyword of ['formatMaximum', 'formatMinimum', 'formatExclusiveMaximum', 'formatExclusiveMinimum']) compiler.removeKeyword(keyword)
  }
  return (compiler ??= new Ajv(options))
}

const aslValidator = require('asl-validator')
const { getLanguageService, TextDocument } = require('amazon-states-language-service')

const service = getLanguageService({})
const findings = []

// asl-validator 4.0.0 mistakes two things for errors that the specification allows, and says nothing else about a
// document then. They are made something else before it is asked:
// an empty text, or one of several lines, as a constant in a template (its pattern for text wants one line of something),
// and an Output that is a list or a constant (its schema knows expressions and objects only).
function spared(value) {
  if (Array.isArray(value)) return value.map(spared)
  if (typeof value === 'string') return /^[^\n\r\u2028\u2029]+$/.test(value) ? value : 'text'
  if (value === null || typeof value !== 'object') return value
  const out = Object.fromEntries(Object.entries(value).map(([k, v]) => [k, spared(v)]))
  if ('Output' in out && 'Type' in out && !isExpression(out.Output) && (typeof out.Output !== 'object' || out.Output === null || Array.isArray(out.Output))) {
    out.Output = { value: out.Output }
  }
  return out
}

const isExpression = (v) => typeof v === 'string' && v.startsWith('{%') && v.endsWith('%}')

for (const { name, document } of JSON.parse(readFileSync(0, 'utf8'))) {
  const { isValid, errors } = aslValidator(spared(JSON.parse(document)), { checkPaths: true, checkArn: true })
  if (!isValid) {
    for (const e of errors) {
      const message = [e.path ?? e.instancePath, e.stateName, e['Error code'], e.Message ?? e.message].filter(Boolean).join(' ')
      findings.push({ name, by: 'asl-validator', message })
    }
  }
  const text = TextDocument.create(`file:///${encodeURIComponent(name)}`, 'asl', 1, document)
  for (const d of await service.doValidation(text, service.parseJSONDocument(text), undefined, undefined)) {
    findings.push({ name, by: 'amazon-states-language-service', message: `line ${d.range.start.line + 1}: ${d.message}` })
  }
}
process.stdout.write(JSON.stringify(findings))
