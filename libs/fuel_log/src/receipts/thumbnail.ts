const sidePx = 320;
const secondsMax = 10;

/** A small upright JPEG without anything of the camera in it; undefined when the picture cannot be drawn. */
export async function thumbnailOf(picture: Buffer): Promise<Buffer | undefined> {
  const { default: sharp } = await import('sharp');
  try {
    return await sharp(picture, { failOn: 'error', limitInputPixels: 100_000_000 })
      .timeout({ seconds: secondsMax })
      .autoOrient()
      .resize({ width: sidePx, height: sidePx, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 75 })
      .toBuffer();
  } catch {
    return undefined;
  }
}
