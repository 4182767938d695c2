import { z } from 'zod';
import { defineEvent, keyOf } from './event';
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

  it('name events nobody hears without a reason', () => {
    const subscribers = new Subscribers();
    const excused = defineEvent('a.b', 1, z.any(), { unheard: 'only for integrations' });
    expect(subscribers.forgotten([onboarded, excused])).toEqual(['transport_registry.vehicle_onboarded@1']);
    subscribers.add(onboarded, 'finance.book', hear);
    expect(subscribers.forgotten([onboarded, excused])).toEqual([]);
  });
});
