import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch } from '../../api/client';
import { asProblem } from '../../api/problem';
import { useFormat } from '../../app/me';
import { EditForm } from '../../kit/form/edit-form';
import { done } from '../../kit/toast';
import { useFillUpFields } from './fill-up-fields';
import { amendmentOf, valuesOf } from './fill-up-values';
import { readFillUp, useFuelChanged, useVehicle, type FillUp } from './words';

/** A correction says why; what it was before stays in the history. */
export function EditFillUp({ fillUp, close }: { fillUp: FillUp; close: () => void }): ReactNode {
  const { t } = useTranslation();
  const zone = useFormat().habits.timeZone;
  const changed = useFuelChanged();
  const vehicle = useVehicle(fillUp.vehicle_id);
  const [mismatch, setMismatch] = useState(false);
  const fields = useFillUpFields(valuesOf(fillUp, zone), vehicle, mismatch);
  return (
    <EditForm
      fields={[{ name: 'reason', label: t('fuel:why_corrected'), required: true, wide: true }, ...fields]}
      subject={valuesOf(fillUp, zone)}
      reload={async () => valuesOf(await readFillUp(fillUp.id), zone)}
      save={async (changes, version) => {
        try {
          await api.PATCH('/api/v1/fuel_log/fill_ups/{fill_up_id}', { params: { path: { fill_up_id: fillUp.id }, header: ifMatch(version) }, body: amendmentOf(changes, zone, String(changes['currency'] ?? fillUp.currency)) as never });
          done(t('kit:saved'));
        } catch (error) {
          if (asProblem(error).code === 'FUEL_TYPE_MISMATCH') setMismatch(true);
          throw error;
        }
      }}
      onDone={() => {
        close();
        void changed();
      }}
      onCancel={close}
    />
  );
}
