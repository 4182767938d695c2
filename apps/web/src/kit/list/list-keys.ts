import { useEffect, useRef, useState, type RefObject } from 'react';

const typing = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));

/** j and k walk through the rows, Enter opens one, / goes to the search; never while somebody types or a dialog is open. */
export function useListKeys(count: number, open: (index: number) => void): { active: number; box: RefObject<HTMLElement | null> } {
  const [active, setActive] = useState(-1);
  const box = useRef<HTMLElement>(null);
  const opened = useRef(open);
  opened.current = open;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('[role="dialog"]')) return;
      if (event.key === 'j') setActive((index) => Math.min(count - 1, index + 1));
      else if (event.key === 'k') setActive((index) => Math.max(0, index - 1));
      else if (event.key === '/') {
        event.preventDefault();
        box.current?.querySelector<HTMLInputElement>('input[type="search"]')?.focus();
      } else if (event.key === 'Enter' && active >= 0 && (event.target === document.body || event.target === box.current)) opened.current(active);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [count, active]);
  return { active, box };
}
