// Draws the icons of the installed app from favicon.svg. Run by hand when that has changed; its output is checked in.
'use strict';
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const sharp = require('sharp');

const folder = join(__dirname, '..', 'apps', 'web', 'public');
const drawing = readFileSync(join(folder, 'favicon.svg'), 'utf8');
const car = drawing.replace(/<\/?svg[^>]*>|<rect[^>]*\/>/g, '');

/** A launcher cuts to any shape: the ground fills the square, and the car stays within its middle. */
const maskable = (scale) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="#0f6b74"/><g transform="translate(16 16) scale(${scale}) translate(-16.1 -16.8)">${car}</g></svg>`;

const icons = [
  ['192', drawing, 192],
  ['512', drawing, 512],
  ['maskable-192', maskable(0.86), 192],
  ['maskable-512', maskable(0.86), 512],
  ['180', maskable(1), 180],
];

async function draw() {
  for (const [name, svg, size] of icons) {
    await sharp(Buffer.from(svg), { density: size * 3 }).resize(size, size).png({ compressionLevel: 9, palette: true }).toFile(join(folder, 'icons', `${name}.png`));
  }
}

void draw();
