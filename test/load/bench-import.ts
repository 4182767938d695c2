import { report } from './bench';
import { startHouse } from './running-house';

const vehicles = 10_000;

/** A table of ten thousand vehicles from upload to the last row. */
async function main(): Promise<void> {
  const house = await startHouse();
  try {
    const lines = Array.from({ length: vehicles }, (_, i) => `BN${String(i).padStart(5, '0')},Toyota,Axio,2020,gasoline,50,${10_000 + i},Westlands`);
    const form = new FormData();
    form.append('file', new Blob([`plate,make,model,year,fuel_type,tank_capacity_l,odometer_km,park\n${lines.join('\n')}\n`]), 'fleet.csv');
    const headers = { authorization: `Bearer ${house.token}` };
    const begin = performance.now();
    const started = (await (await fetch(`${house.url}/api/v1/transport_registry/imports`, { method: 'POST', headers, body: form })).json()) as { id: string };
    let state = { state: '', created_count: 0, error_count: 0 };
    while (state.state !== 'done' && state.state !== 'failed') {
      await new Promise((resolve) => setTimeout(resolve, 100));
      state = (await (await fetch(`${house.url}/api/v1/transport_registry/imports/${started.id}`, { headers })).json()) as typeof state;
    }
    const seconds = (performance.now() - begin) / 1000;
    report('import', [
      { name: `import of ${vehicles} vehicles`, value: seconds, unit: 's' },
      { name: 'vehicles created', value: state.created_count, unit: '' },
      { name: 'lines refused', value: state.error_count, unit: '' },
    ]);
  } finally {
    await house.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
