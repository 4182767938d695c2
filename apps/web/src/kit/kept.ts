import { useState } from 'react';

/** A choice this browser keeps: columns, views, what is folded. */
export function useKept<T>(key: string, initial: T): [T, (value: T) => void] {
  const name = `fleet.${key}`;
  const [value, setValue] = useState<T>(() => {
    try {
      return (JSON.parse(localStorage.getItem(name) ?? 'null') as T | null) ?? initial;
    } catch {
      return initial;
    }
  });
  const keep = (next: T): void => {
    setValue(next);
    localStorage.setItem(name, JSON.stringify(next));
  };
  return [value, keep];
}
