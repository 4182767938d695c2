import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/lists';
import { useMay } from '../../app/me';
import { DriverLink } from '../drivers/words';

/** Who has the vehicle, by the shift that is open. */
export function DriverNow({ vehicleId }: { vehicleId: string }): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const mayShifts = may('driver_module.shift.read');
  const { rows, isPending } = useList('/api/v1/driver_module/shifts', { query: { vehicle_id: vehicleId, state: 'open' }, limit: 1 }, { enabled: mayShifts, refetchInterval: 60_000 });
  const shift = rows[0];
  if (!mayShifts || isPending) return '–';
  if (!shift) return t('telemetry:now.nobody');
  return may('driver_module.driver.read') ? <DriverLink id={shift.driver_id} number={shift.driver_no} /> : `№ ${shift.driver_no}`;
}
