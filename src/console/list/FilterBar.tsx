/** What limits the list, beside the states. All of it stands in the address. */
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.js'
import { useKeys } from '../keys/keys.js'
import { ages, chosenOf, fieldsFor, type Filter, troubles, waitWords } from './filter.js'

interface Props {
  readonly filter: Filter
  readonly order: string | null
  readonly onChange: (fields: Readonly<Record<string, string | null>>, how?: { readonly replace?: boolean }) => void
}

export function FilterBar({ filter, order, onChange }: Props) {
  const { data: nodes = [] } = useQuery({ queryKey: ['node-names'], queryFn: ({ signal }) => api.nodeNames(signal) })
  const { data: places } = useQuery({ queryKey: ['locations'], queryFn: ({ signal }) => api.locations(signal) })
  const { data: who } = useQuery({ queryKey: ['editors'], queryFn: ({ signal }) => api.editors(signal) })
  const trouble = chosenOf(troubles, filter)
  const age = chosenOf(ages, filter)
  const names = places?.locations.map(({ name }) => name) ?? []
  const one = (field: string, options: readonly (readonly [value: string, says: string])[], any: string) => (
    <Select
      {...{ options, any }}
      value={filter[field] ?? ''}
      onChoose={(value) => onChange({ [field]: value === '' ? null : value })}
    />
  )
  const words = Object.entries(waitWords)
  return (
    <div className="filters" role="group" aria-label="Filter">
      <Search text={filter['text'] ?? ''} onSearch={(text, how) => onChange({ text }, how)} />
      <Labelled label="Waits for">{one('waits_for', words, 'anything')}</Labelled>
      <Labelled label="Has">
        <Select
          options={troubles.map(({ says }) => [says, says])}
          any="anything"
          value={trouble?.says ?? ''}
          onChoose={(says) => onChange(fieldsFor(troubles, troubles.find((each) => each.says === says) ?? null))}
        />
      </Labelled>
      <Labelled label="In its state">
        <Select
          options={ages.map(({ says }) => [says, says])}
          any="for any time"
          value={age?.says ?? ''}
          onChoose={(says) => onChange(fieldsFor(ages, ages.find((each) => each.says === says) ?? null))}
        />
      </Labelled>
      <Labelled label="Location">{one('location', names.map(twice), 'any')}</Labelled>
      <Labelled label="Node">{one('node', nodes.map(twice), 'any')}</Labelled>
      <Labelled label="Editor">
        {one('editor', who?.editors.map(twice) ?? [], 'anybody')}
        {who?.more === true && <small>the first {who.editors.length}; others by ?editor= in the address</small>}
      </Labelled>
      <Labelled label="Order">
        <Select
          options={[['state', 'longest in its state first']]}
          any="last edited first"
          value={order ?? ''}
          onChoose={(value) => onChange({ order: value === '' ? null : value })}
        />
      </Labelled>
      <Others {...{ filter, onChange }} isShown={(field) => !elsewhere.has(field) && !isOf(field, trouble, age)} />
      {(Object.keys(filter).length > 0 || order !== null) && (
        <button
          type="button"
          onClick={() => onChange(Object.fromEntries([...Object.keys(filter), 'order'].map((field) => [field, null])))}
        >
          Clear filters
        </button>
      )}
    </div>
  )
}

const twice = (name: string) => [name, name] as const

/** Fields that have a place of their own. */
const elsewhere = new Set(['state', 'text', 'waits_for', 'location', 'node', 'editor'])

const isOf = (field: string, ...choices: readonly ({ readonly fields: Filter } | null)[]): boolean =>
  choices.some((choice) => choice !== null && Object.hasOwn(choice.fields, field))

/** What else a link may ask for: it can be seen, and taken out. */
const Others = ({
  filter,
  onChange,
  isShown,
}: Pick<Props, 'filter' | 'onChange'> & { readonly isShown: (field: string) => boolean }) =>
  Object.entries(filter)
    .filter(([field]) => isShown(field))
    .map(([field, value]) => (
      <span key={field} className="other-filter">
        {field.replaceAll('_', ' ')}: <b>{value}</b>
        <button
          type="button"
          aria-label={`Without ${field.replaceAll('_', ' ')}`}
          onClick={() => onChange({ [field]: null })}
        >
          ×
        </button>
      </span>
    ))

const Labelled = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <label className="labelled">
    <span>{label}</span>
    {children}
  </label>
)

interface SelectProps {
  readonly options: readonly (readonly [value: string, says: string])[]
  /** What is said where nothing is chosen. */
  readonly any: string
  readonly value: string
  readonly onChoose: (value: string) => void
}

function Select({ options, any, value, onChoose }: SelectProps) {
  // what a link asks for is shown although nobody offers it now
  const all =
    value === '' || options.some(([known]) => known === value) ? options : [...options, [value, value] as const]
  return (
    <select value={value} onChange={({ target }) => onChoose(target.value)} className={value === '' ? '' : 'chosen'}>
      <option value="">{any}</option>
      {all.map(([known, says]) => (
        <option key={known} value={known}>
          {says}
        </option>
      ))}
    </select>
  )
}

const searchAfterMs = 300
/** As the API has it: fewer no index knows. */
const isLongEnough = (text: string): boolean => /[\p{L}\p{N}]{3}/u.test(text)

interface SearchProps {
  readonly text: string
  readonly onSearch: (text: string | null, how: { readonly replace: boolean }) => void
}

/** One search is one step in the browser's history, however many letters it has. */
function Search({ text, onSearch }: SearchProps) {
  const id = useId()
  const [written, setWritten] = useState(text)
  const [last, setLast] = useState(text)
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  // the address has changed by itself, as by Back
  if (text !== last) {
    setLast(text)
    setWritten(text)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  useKeys('The list', [{ keys: '/', does: 'searches', run: () => input.current?.focus() }])
  const write = (next: string): void => {
    setWritten(next)
    clearTimeout(timer.current)
    const wanted = next.trim()
    if (wanted === text || (wanted !== '' && !isLongEnough(wanted))) return
    timer.current = setTimeout(() => {
      setLast(wanted)
      onSearch(wanted === '' ? null : wanted, { replace: text !== '' && wanted !== '' })
    }, searchAfterMs)
  }
  const isShort = written.trim() !== '' && !isLongEnough(written)
  return (
    <div className="labelled search">
      <label htmlFor={id}>Search</label>
      <input
        ref={input}
        id={id}
        type="search"
        autoComplete="off"
        maxLength={200}
        placeholder="id, title, description, notes"
        value={written}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => write(target.value)}
      />
      <small id={`${id}-hint`} className={isShort ? 'warning' : 'unseen'}>
        three letters or digits in a row, at least
      </small>
    </div>
  )
}
