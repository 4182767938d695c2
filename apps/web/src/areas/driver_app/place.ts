import i18next from 'i18next';
import { Problem } from '../../api/problem';

/** Where this phone is, once. The browser asks its owner. */
export function placeNow(): Promise<{ lat: number; lon: number }> {
  return new Promise((resolve, reject) => {
    const refuse = (): void => reject(new Problem(400, 'NO_PLACE', i18next.t('driver_app:no_place')));
    if (!('geolocation' in navigator)) return refuse();
    navigator.geolocation.getCurrentPosition(({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude }), refuse, { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 });
  });
}
