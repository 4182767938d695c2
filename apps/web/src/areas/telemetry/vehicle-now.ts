import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, take, type Schemas } from '../../api/client';
import { useMay } from '../../app/me';
import type { Format } from '../../kit/format';
import type { Position } from './words';

export function useVehicleNow(vehicleId: string): UseQueryResult<Schemas['VehicleNowView']> {
  const may = useMay();
  return useQuery({
    queryKey: ['/api/v1/telemetry/{vehicle_id}/now', vehicleId],
    queryFn: () => take(api.GET('/api/v1/telemetry/{vehicle_id}/now', { params: { path: { vehicle_id: vehicleId } } })),
    refetchInterval: 10_000,
    enabled: may('telemetry_engine.sample.read'),
  });
}

/** The place may be older than the word: a device without a fix still reports. */
export const placeIsOld = ({ at, position_at }: Pick<Position, 'at' | 'position_at'>): boolean => position_at !== null && Date.parse(at) - Date.parse(position_at) > 60_000;

export const fuelOf = (format: Format, { fuel_level_l, fuel_level_pct }: Pick<Position, 'fuel_level_l' | 'fuel_level_pct'>): string =>
  fuel_level_l !== null ? format.fuel(fuel_level_l) : fuel_level_pct !== null ? `${format.number(fuel_level_pct)} %` : '–';
