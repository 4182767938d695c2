import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, take } from '../../api/client';
import { Problem } from '../../api/problem';
import { useMe } from '../../app/me';
import { EditForm } from '../../kit/form/edit-form';
import { FieldInput, type Field } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { useParks } from '../../kit/options';
import { done } from '../../kit/toast';
import { cornersIn, cornersText, emptyDraft, radiusMaxM, radiusMinM, shapeOf, shapeText, type Draft } from './fence-draft';
import type { Fence } from './words';

interface FenceFormProps {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  onDone: (fence: Fence | undefined) => void;
  onCancel: () => void;
}

export function NewFence({ draft, onDraft, onDone, onCancel }: FenceFormProps): ReactNode {
  const { t } = useTranslation();
  const { options } = useParks();
  const limited = useMe().park_ids !== null;
  const fields: Field[] = [...useFenceFields(), { name: 'park_id', label: t('telemetry:fences.park'), kind: 'select', options, required: limited, help: t('telemetry:fences.park_help') }];
  const types = (['circle', 'polygon'] as const).map((type) => ({ value: type, label: t(`telemetry:fences.type.${type}`) }));
  const draw = async (values: object, key: string): Promise<void> => {
    const shape = shapeOf(draft);
    if (!shape) throw new Problem(0, 'GEOFENCE_UNFINISHED', t('telemetry:fences.unfinished'));
    onDone(await take(api.POST('/api/v1/telemetry/geofences', { body: { ...values, shape } as never, headers: { 'Idempotency-Key': key } })));
    done(t('telemetry:fences.drawn'));
  };
  return (
    <Stack gap="sm">
      <SegmentedControl size="xs" data={types} value={draft.type} onChange={(type) => onDraft(emptyDraft(type))} aria-label={t('telemetry:fences.type_label')} />
      <ShapeInputs draft={draft} onDraft={onDraft} />
      <Form fields={fields} submitLabel={t('kit:form.save')} onSubmit={draw} onCancel={onCancel} />
    </Stack>
  );
}

export function EditFence({ fence, draft, onDraft, onDone, onCancel }: FenceFormProps & { fence: Fence }): ReactNode {
  const { t } = useTranslation();
  const withOutline = (of: Fence): Fence & { outline: string } => ({ ...of, outline: shapeText(of.shape) });
  const path = { geofence_id: fence.id };
  return (
    <Stack gap="sm">
      <ShapeInputs draft={draft} onDraft={onDraft} />
      <EditForm
        fields={useFenceFields()}
        columns={1}
        subject={withOutline(fence)}
        beside={{ field: { name: 'outline', label: t('telemetry:fences.outline') }, value: shapeText(draft) }}
        reload={async () => withOutline(await take(api.GET('/api/v1/telemetry/geofences/{geofence_id}', { params: { path } })))}
        save={async ({ outline, ...changes }, version) => {
          const shape = shapeOf(draft);
          if (!shape) throw new Problem(0, 'GEOFENCE_UNFINISHED', t('telemetry:fences.unfinished'));
          await api.PATCH('/api/v1/telemetry/geofences/{geofence_id}', { params: { path, header: ifMatch(version) }, body: { ...changes, ...(outline === undefined ? {} : { shape }) } as never });
          done(t('kit:saved'));
        }}
        onDone={() => onDone(undefined)}
        onCancel={onCancel}
      />
    </Stack>
  );
}

function useFenceFields(): Field[] {
  const { t } = useTranslation();
  return [
    { name: 'name', label: t('telemetry:fences.name'), required: true },
    { name: 'dwell_minutes', label: t('telemetry:fences.dwell'), kind: 'number', min: 1, max: 10_080, unit: t('telemetry:fences.minutes'), help: t('telemetry:fences.dwell_help') },
  ];
}

/** The shape in figures: for whoever draws by keyboard, or has the figures from somewhere else. */
function ShapeInputs({ draft, onDraft }: { draft: Draft; onDraft: (draft: Draft) => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Text size="sm" c="dimmed">
        {t(`telemetry:fences.how.${draft.type}`)}
      </Text>
      {draft.type === 'circle' ? <CircleInputs draft={draft} onDraft={onDraft} /> : <CornerInput draft={draft} onDraft={onDraft} />}
    </>
  );
}

function CircleInputs({ draft, onDraft }: { draft: Draft & { type: 'circle' }; onDraft: (draft: Draft) => void }): ReactNode {
  const { t } = useTranslation();
  const [half, setHalf] = useState<{ lat?: number; lon?: number }>({});
  const set = (change: { lat?: number; lon?: number }): void => {
    const { lat, lon } = { ...half, ...draft.centre, ...change };
    setHalf({ ...half, ...change });
    if (lat !== undefined && lon !== undefined) onDraft({ ...draft, centre: { lat, lon } });
  };
  const degrees = (name: 'lat' | 'lon', max: number): ReactNode => (
    <FieldInput field={{ name, label: t(`telemetry:fences.${name}`), kind: 'number', places: 6, min: -max, max }} value={draft.centre?.[name] ?? half[name] ?? null} fault={undefined} onChange={(value) => typeof value === 'number' && set({ [name]: value })} />
  );
  return (
    <>
      {degrees('lat', 89)}
      {degrees('lon', 180)}
      <FieldInput field={{ name: 'radius_m', label: t('telemetry:fences.radius'), kind: 'number', min: radiusMinM, max: radiusMaxM, unit: 'm' }} value={draft.radius_m} fault={undefined} onChange={(value) => typeof value === 'number' && onDraft({ ...draft, radius_m: value })} />
    </>
  );
}

function CornerInput({ draft, onDraft }: { draft: Draft & { type: 'polygon' }; onDraft: (draft: Draft) => void }): ReactNode {
  const { t } = useTranslation();
  const [text, setText] = useState(cornersText(draft.vertices));
  const read = cornersIn(text);
  useEffect(() => {
    // What was drawn replaces what was typed, unless both say the same.
    if (cornersText(read ?? []) !== cornersText(draft.vertices)) setText(cornersText(draft.vertices));
  }, [draft.vertices]);
  const type = (value: unknown): void => {
    const next = typeof value === 'string' ? value : '';
    setText(next);
    const corners = cornersIn(next);
    if (corners) onDraft({ type: 'polygon', vertices: corners });
  };
  return <FieldInput field={{ name: 'corners', label: t('telemetry:fences.corners'), kind: 'textarea', help: t('telemetry:fences.corners_help') }} value={text} fault={read ? undefined : t('telemetry:fences.bad_corners')} onChange={type} />;
}
