/** Works off what there is, so many at once. Fails only when all under way have ended: nothing is left at work behind a stop. */
export async function workOff<T>(items: Iterable<T>, atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items].values();
  const lane = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  for (const result of await Promise.allSettled(Array.from({ length: atOnce }, lane))) if (result.status === 'rejected') throw result.reason as Error;
}
