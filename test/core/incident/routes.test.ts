import { describe, expect, test } from 'vitest'
import { audienceOf, everyoneIn, mapRoutes, routesTo, unitedRoutes } from '../../../src/core/incident/routes.ts'
import type { Routes } from '../../../src/core/types.ts'

const night: Routes = { unknown: ['chat'], warning: ['chat'], critical: ['chat', 'pager'], closed: ['chat', 'log'] }

test('all are those who hear of anything, each once', () => expect(everyoneIn(night)).toEqual(['chat', 'pager', 'log']))

test('all are those who hear of what is open, where nothing is said of ends', () =>
  expect(everyoneIn(routesTo(['a', 'b']))).toEqual(['a', 'b']))

describe('has to hear', () => {
  test.each<[string, Routes, 'unknown' | 'warning' | 'critical', readonly string[]]>([
    [
      'whoever hears of that severity, and at the end who hears of ends alone',
      night,
      'critical',
      ['chat', 'pager', 'log'],
    ],
    ['nobody who hears of graver things only', night, 'warning', ['chat', 'log']],
    ['everybody where nothing else is said', routesTo(['a', 'b']), 'unknown', ['a', 'b']],
    ['whoever hears of it at the end, once', { ...night, closed: ['chat'] }, 'critical', ['chat', 'pager']],
    [
      'nobody for whom another severity is meant though the end is',
      { ...night, closed: ['pager'] },
      'warning',
      ['chat'],
    ],
  ])('%s', (_, routes, severity, expected) => expect(audienceOf(routes, severity)).toEqual(expected))
})

test('names are replaced in each of them', () =>
  expect(mapRoutes(night, (names) => names.map((name) => `${name}!`))).toEqual({
    unknown: ['chat!'],
    warning: ['chat!'],
    critical: ['chat!', 'pager!'],
    closed: ['chat!', 'log!'],
  }))

test('where nothing is said of ends, nothing is said of them with other names', () =>
  expect(mapRoutes(routesTo(['a']), (names) => names.map((name) => `${name}!`))).toStrictEqual(routesTo(['a!'])))

describe('what several tell is told', () => {
  test('to nobody where there are none', () => expect(unitedRoutes([])).toStrictEqual(routesTo([])))
  test('to all of them', () => expect(unitedRoutes([routesTo(['a']), routesTo(['b'])])).toEqual(routesTo(['a', 'b'])))
  test('and its end to all who heard of it, where one of them says nothing of ends', () =>
    expect(unitedRoutes([night, routesTo(['b'])]).closed).toBeUndefined())
  test('and its end to those named, where all name some', () =>
    expect(unitedRoutes([night, { ...night, closed: ['mail'] }]).closed).toEqual(['chat', 'log', 'mail']))
})
