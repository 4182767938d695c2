import { z } from 'zod';
import { defineEvent } from '../outbox/event';
import { Catalogue, describeEvent } from './catalogue';
import { letterOf } from './mail/letter';

const Found = defineEvent('test.thing_found', 1, z.object({ kind: z.string(), name: z.string().nullable(), place: z.object({ lat: z.number() }) }));
const described = describeEvent(Found, {
  title: '{kind}: {name}',
  text: 'At {place.lat}.',
  subject: '{name}',
  link: '/things/{name}',
  severity: { by: 'kind', of: { fire: 'critical', smoke: 'warning' }, otherwise: 'info' },
  permission: 'test.thing.read',
});

describe('the catalogue', () => {
  const catalogue = new Catalogue([described]);

  it('fills in what the payload says', () => {
    expect(catalogue.tell(Found.name, { kind: 'fire', name: 'K 1/2', place: { lat: 1.23456 } })).toEqual({
      title: 'fire: K 1/2',
      text: 'At 1.23.',
      subject: 'K 1/2',
      link: '/things/K%201%2F2',
      severity: 'critical',
      permission: 'test.thing.read',
    });
  });

  it('shows a gap for what is missing, and lets no value break a line or fill itself in', () => {
    expect(catalogue.tell(Found.name, { kind: 'x\r\nBcc: a@b', name: '{kind}', place: null })).toMatchObject({ title: 'x Bcc: a@b: {kind}', text: 'At –.', severity: 'info' });
    expect(catalogue.tell(Found.name, { kind: 'constructor', name: null })).toMatchObject({ severity: 'info', subject: '–' });
    expect(catalogue.tell(Found.name, null).title).toBe('–: –');
  });

  it('tells an event nobody described by its name, to admins', () => {
    expect(catalogue.tell('other.thing_done', {})).toMatchObject({ title: 'other.thing_done', permission: null, severity: 'info' });
  });

  it('knows what can be grave', () => {
    expect(catalogue.atLeast('warning')).toEqual([Found.name]);
    expect(new Catalogue([{ ...described, severity: 'info' }]).atLeast('warning')).toEqual([]);
  });

  it('chooses a text by a field, and names the event by the usual one', () => {
    const byKind = new Catalogue([describeEvent(Found, { title: { by: 'kind', of: { fire: '{name} burns' }, otherwise: 'Something in {name}' }, text: { by: 'kind', of: {}, otherwise: 'Look.' }, severity: 'info', permission: 'a.b.c' })]);
    const titleOf = (kind: string): string => byKind.tell(Found.name, { kind, name: 'K 1' }).title;
    expect([titleOf('fire'), titleOf('smoke'), titleOf('toString'), byKind.titleOf(Found.name), byKind.titleOf('a.b')]).toEqual(['K 1 burns', 'Something in K 1', 'Something in K 1', 'Something in {name}', null]);
  });

  it('refuses a field the payload does not have, and a second description', () => {
    expect(() => describeEvent(Found, { title: '{plate}', text: '', severity: 'info', permission: 'a.b.c' })).toThrow('speaks of plate');
    expect(() => describeEvent(Found, { title: '', text: '', severity: { by: 'sort', of: {}, otherwise: 'info' }, permission: 'a.b.c' })).toThrow('speaks of sort');
    expect(() => describeEvent(Found, { title: { by: 'kind', of: { fire: '{plate}' }, otherwise: '' }, text: '', severity: 'info', permission: 'a.b.c' })).toThrow('speaks of plate');
    expect(() => new Catalogue([described, described])).toThrow('twice');
  });
});

describe('a letter', () => {
  const line = { title: 'Towing', text: 'K 1 moves.', link: '/vehicles/1', times: 1 };
  it('is the news itself, or a digest', () => {
    expect(letterOf([line], 'http://fleet.test')).toEqual({ subject: 'Towing', text: expect.stringContaining('Towing\nK 1 moves.\nhttp://fleet.test/vehicles/1') as string });
    const digest = letterOf([{ ...line, times: 3 }, { ...line, title: 'Service due', link: null }], 'http://fleet.test');
    expect(digest.subject).toBe('2 notices: Towing');
    expect(digest.text).toContain('Towing (3 times)');
    expect(digest.text).toContain('Service due\nK 1 moves.');
  });
});
