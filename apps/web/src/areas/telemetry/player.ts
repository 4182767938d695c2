import { useEffect, useState } from 'react';

export const speeds = [1, 10, 30, 60, 120, 300];

interface Player {
  at: number;
  playing: boolean;
  speed: number;
  toggle: () => void;
  seek: (at: number) => void;
  setSpeed: (speed: number) => void;
}

/** A clock between two moments that runs as many times faster as one likes. */
export function usePlayer(first: number, last: number, begin = first): Player {
  const [at, setAt] = useState(Math.min(last, Math.max(first, begin)));
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(60);
  useEffect(() => {
    if (!playing) return;
    let before = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const passed = (now - before) * speed;
      before = now;
      setAt((old) => Math.min(last, old + passed));
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, last]);
  useEffect(() => {
    if (at >= last) setPlaying(false);
  }, [at, last]);
  const toggle = (): void => {
    if (!playing && at >= last) setAt(first);
    setPlaying(!playing);
  };
  return { at, playing, speed, toggle, seek: setAt, setSpeed };
}
