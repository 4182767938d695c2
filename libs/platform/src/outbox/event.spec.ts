import { z } from 'zod';
import { declaredEvents, defineEvent, keyOf } from './event';
import { Subscribers } from './subscribers';

const onboarded = defineEvent('transport_registry.vehicle_onboarded', 1, z.object({ id: z.uuid() }));

describe('event definitions', () => {
  it('are named subsystem.noun_verb', () => {
    expect(keyOf(onboarded)).toBe('transport_registry.vehicle_onboarded@1');
    expect(() => defineEvent('VehicleOnboarded', 1, z.any())).toThrow('no event name');
  });
});

describe('subscribers', () => {
  const hear = async (): Promise<void> => undefined;

  it('refuse two methods under one name for one version, allow one per version', () => {
    const subscribers = new Subscribers();
    subscribers.add(onboarded, 'finance.book', hear);
    subscribers.add(defineEvent(onboarded.name, 2, z.any()), 'finance.book', hear);
    expect(() => subscribers.add(onboarded, 'finance.book', hear)).toThrow('Two methods');
    expect(subscribers.names).toEqual(['finance.book']);
  });

  it('that hear everything are asked in SQL and found for any event', () => {
    const subscribers = new Subscribers();
    expect(subscribers.listenersSql).toBeUndefined();
    subscribers.addToAll('notify.spread', 'true', hear);
    subscribers.addToAll('notify.tell', '$2 = any($3)', hear);
    expect(subscribers.listenersSql).toBe(`select 'notify.spread' where true union all select 'notify.tell' where $2 = any($3)`);
    expect(() => subscribers.addToAll('notify.tell', 'true', hear)).toThrow('Two methods');
    expect(subscribers.of(onboarded)).toEqual([]);
    expect(subscribers.names).toEqual(['notify.spread', 'notify.tell']);
    expect(subscribers.find('notify.spread', { name: 'any.event', version: 7 })?.event).toBeUndefined();
    expect(declaredEvents()).toContain(onboarded.name);
  });

  it('name events nobody hears without a reason', () => {
    const subscribers = new Subscribers();
    const excused = defineEvent('a.b', 1, z.any(), { unheard: 'only for integrations' });
    expect(subscribers.forgotten([onboarded, excused])).toEqual(['transport_registry.vehicle_onboarded@1']);
    subscribers.add(onboarded, 'finance.book', hear);
    expect(subscribers.forgotten([onboarded, excused])).toEqual([]);
  });
});
