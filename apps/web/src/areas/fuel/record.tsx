import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { fetchPage } from '../../api/lists';
import { asProblem } from '../../api/problem';
import { useFormat, useMay } from '../../app/me';
import type { Values } from '../../kit/form/fields';
import { Form } from '../../kit/form/form';
import { Icon } from '../../kit/icons';
import { useParamsInUrl } from '../../kit/search-params';
import { Trouble, Waiting } from '../../kit/states';
import { done } from '../../kit/toast';
import { localOf } from '../../kit/zoned';
import { Pick } from '../../kit/pick';
import type { Vehicle } from '../vehicles/words';
import { unitThatFits, useFillUpFields, usualOf } from './fill-up-fields';
import { bodyOf, type Body } from './fill-up-values';
import classes from './fuel.module.css';
import { ReceiptPicture, UploadReceipts } from './pictures';
import { fillUpPath, receiptPath, useFuelChanged, useVehicle, type FillUp, type Receipt } from './words';

const receiptKey = (id: string): string[] => [receiptPath, id];

/** A fill-up is typed here, with its receipt beside it where one waits. */
export default function RecordPage(): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const [{ receipt: receiptId, vehicle: vehicleInUrl }, setParams] = useParamsInUrl();
  const { data: receipt, error } = useQuery({
    queryKey: receiptKey(receiptId ?? ''),
    queryFn: () => take(api.GET('/api/v1/fuel_log/receipts/{receipt_id}', { params: { path: { receipt_id: receiptId ?? '' } } })),
    enabled: Boolean(receiptId),
  });
  const [chosen, setChosen] = useState<string | null>(null);
  const vehicleId = chosen ?? vehicleInUrl ?? receipt?.vehicle_id ?? null;
  const vehicle = useVehicle(vehicleId);
  return (
    <Stack gap="sm">
      <Anchor component={Link} to={receiptId ? '/fuel-receipts' : '/fill-ups'} size="xs" className="back">
        <Icon name="back" size={12} /> {t(receiptId ? 'fuel:receipts.nav' : 'fuel:nav')}
      </Anchor>
      <Title order={1} size="h3">
        {t(receiptId ? 'fuel:receipts.typing' : 'fuel:add')}
      </Title>
      {error && <Trouble error={error} />}
      <div className={classes.beside} data-alone={!receiptId || undefined}>
        <div className="card">
          <Stack gap="sm">
            <Pick of="vehicle" name="vehicle_id" label={t('drivers:vehicle')} value={vehicleId} onChange={setChosen} withAsterisk />
            {receiptId && !receipt && !error ? <Waiting /> : vehicle ? <RecordForm key={`${receiptId ?? ''}`} vehicle={vehicle} receipt={receipt} /> : <Text size="sm" c="dimmed">{t('fuel:choose_vehicle')}</Text>}
          </Stack>
        </div>
        {receipt && (
          <div className={classes.stuck}>
            {receipt.note && <Text size="sm">{receipt.note}</Text>}
            <ReceiptPicture id={receipt.id} />
          </div>
        )}
      </div>
      {!receiptId && may('fuel_log.receipt.write') && <UploadReceipts quiet label={t('fuel:receipts.beside')} onDone={async ([first]) => setParams({ receipt: first?.id, vehicle: vehicleId ?? undefined })} />}
    </Stack>
  );
}

function RecordForm({ vehicle, receipt }: { vehicle: Vehicle; receipt: Receipt | undefined }): ReactNode {
  const { t } = useTranslation();
  const { timeZone: zone, currency } = useFormat().habits;
  const navigate = useNavigate();
  const changed = useFuelChanged();
  const [values, setValues] = useState<Values>({ fuel_date: localOf(receipt?.taken_at ?? Date.now(), zone), currency, tank: 'full', missed_previous: false, ...usualOf(vehicle) });
  const [of, setOf] = useState(vehicle.id);
  const [mismatch, setMismatch] = useState(false);
  // Another vehicle keeps what was typed and changes only what it is usually filled with.
  if (of !== vehicle.id) {
    setOf(vehicle.id);
    setMismatch(false);
    setValues({ ...values, ...usualOf(vehicle), fuel_grade: null });
  }
  const fields = useFillUpFields(values, vehicle, mismatch);
  const send = async (typed: Values, key: string): Promise<void> => {
    const shown = Object.fromEntries(Object.entries(typed).filter(([name, value]) => value !== null && fields.some((field) => field.name === name)));
    const body = { ...bodyOf(shown, zone, String(typed['currency'])), unit_of_measure: unitThatFits(typed, vehicle), vehicle_id: vehicle.id, ...(receipt ? { receipt_ids: [receipt.id] } : {}) } as unknown as Body;
    try {
      const saved = await take(api.POST(fillUpPath, { body, headers: { 'Idempotency-Key': key } }));
      await changed();
      await leave(saved);
    } catch (error) {
      if (asProblem(error).code === 'FUEL_TYPE_MISMATCH') setMismatch(true);
      throw error;
    }
  };
  const leave = async (saved: FillUp): Promise<void> => {
    done(t(saved.state === 'held' ? 'fuel:saved_held' : 'fuel:saved', { plate: saved.plate }));
    const plain = saved.state === 'recorded' && saved.warnings.length === 0;
    const next = receipt && plain ? (await fetchPage(receiptPath, { query: { state: 'to_be_typed' }, limit: 1 }, null)).items[0] : undefined;
    await navigate({ to: next ? `/fill-ups/new?receipt=${next.id}` : `/fill-ups/${saved.id}` });
  };
  return <Form key={of} columns={2} fields={fields} initial={values} submitLabel={t('fuel:add')} onValues={setValues} onSubmit={send} />;
}
