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

/** A shape for each state, so that nobody has to tell green from red: arrow, triangle, square, ring. */
const marks: Record<string, { draw: Draw; fill: string; line: string }> = {
  moving: { draw: shape([[22, 5], [35, 37], [22, 30], [9, 37]]), fill: '#1f8a4c', line: '#fff' },
  idle: { draw: shape([[22, 7], [37, 35], [7, 35]]), fill: '#d99a00', line: '#fff' },
  stopped: { draw: shape([[10, 10], [34, 10], [34, 34], [10, 34]]), fill: '#4c5a6b', line: '#fff' },
  no_data: { draw: circle(12), fill: 'rgba(255,255,255,0.85)', line: '#7a8592' },
};

export function addMarks(map: GlMap): void {
  for (const [name, { draw, fill, line }] of Object.entries(marks)) {
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
    map.addImage(name, pen.getImageData(0, 0, size, size), { pixelRatio: 2 });
  }
}
