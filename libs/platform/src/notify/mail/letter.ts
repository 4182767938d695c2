export interface Line {
  title: string;
  text: string;
  link: string | null;
  times: number;
}

/** One e-mail of everything that waits for a person: alone it is the news itself, together a digest. */
export function letterOf(lines: readonly Line[], baseUrl: string): { subject: string; text: string } {
  const [first] = lines;
  const shown = lines.map(({ title, text, link, times }) => [times > 1 ? `${title} (${times} times)` : title, text, ...(link ? [baseUrl + link] : [])].join('\n'));
  const subject = lines.length === 1 ? (first?.title ?? '') : `${lines.length} notices: ${first?.title ?? ''}`;
  return { subject: subject.slice(0, 180), text: `${shown.join('\n\n')}\n\n-- \nYou are told because of a rule of your fleet: ${baseUrl}\n` };
}
