import type { Map as GlMap } from 'maplibre-gl';

const size = 44;

type Draw = (pen: CanvasRenderingContext2D) => void;

const shape = (points: [number, number][]): Draw => (pen) => {
  pen.beginPath();
  points.forEach(([x, y], i) => (i === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
  pen.closePath();
};
const circle = (radius: number): Draw => (pen) => {
  pen.beginPath();
  pen.arc(22, 22, radius, 0, 2 * Math.PI);
};

/** A shape for each state and each happening, so that nobody has to tell green from red. */
const marks: Record<string, { draw: Draw; fill: string; line: string; letter?: string }> = {
  moving: { draw: shape([[22, 5], [35, 37], [22, 30], [9, 37]]), fill: '#1f8a4c', line: '#fff' },
  idle: { draw: shape([[22, 7], [37, 35], [7, 35]]), fill: '#d99a00', line: '#fff' },
  stopped: { draw: shape([[10, 10], [34, 10], [34, 34], [10, 34]]), fill: '#4c5a6b', line: '#fff' },
  no_data: { draw: circle(12), fill: 'rgba(255,255,255,0.85)', line: '#7a8592' },
  start: { draw: circle(15), fill: '#1f8a4c', line: '#fff', letter: 'A' },
  end: { draw: circle(15), fill: '#333d4a', line: '#fff', letter: 'B' },
  stop: { draw: shape([[9, 9], [35, 9], [35, 35], [9, 35]]), fill: '#2166b5', line: '#fff', letter: 'P' },
  event: { draw: shape([[22, 4], [40, 22], [22, 40], [4, 22]]), fill: '#c3271c', line: '#fff', letter: '!' },
};

export type MarkName = 'moving' | 'idle' | 'stopped' | 'no_data' | 'start' | 'end' | 'stop' | 'event';

export function addMarks(map: GlMap): void {
  for (const [name, { draw, fill, line, letter }] of Object.entries(marks)) {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = size;
    const pen = canvas.getContext('2d');
    if (!pen || map.hasImage(name)) continue;
    draw(pen);
    pen.fillStyle = fill;
    pen.strokeStyle = line;
    pen.lineWidth = name === 'no_data' ? 5 : 3;
    pen.lineJoin = 'round';
    pen.fill();
    pen.stroke();
    if (letter) {
      pen.fillStyle = line;
      pen.font = 'bold 18px sans-serif';
      pen.textAlign = 'center';
      pen.textBaseline = 'middle';
      pen.fillText(letter, 22, 23);
    }
    map.addImage(name, pen.getImageData(0, 0, size, size), { pixelRatio: 2 });
  }
}
