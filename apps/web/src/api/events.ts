export interface StreamEvent {
  name: string;
  id: string | undefined;
  data: string;
}

const lineEnd = /\r\n|\n|\r(?!$)/g;

/** Reads a text/event-stream as it comes: pieces break anywhere, lines end with \n, \r or both. */
export class EventReader {
  /** Of a line that has not ended: one of three megabytes comes in fifty pieces, which are joined and searched once. */
  private pieces: string[] = [];
  private fields: { name: string; id: string | undefined; data: string[] } = { name: 'message', id: undefined, data: [] };

  push(piece: string): StreamEvent[] {
    const halfEnd = this.pieces.at(-1)?.endsWith('\r') ?? false;
    const before = this.pieces.reduce((sum, { length }) => sum + length, 0);
    this.pieces.push(piece);
    if (!halfEnd && !/[\r\n]/.test(piece)) return [];
    const text = this.pieces.join('');
    const found: StreamEvent[] = [];
    let start = 0;
    lineEnd.lastIndex = Math.max(0, before - 1);
    for (let end = lineEnd.exec(text); end; end = lineEnd.exec(text)) {
      const event = this.line(text.slice(start, end.index));
      start = end.index + end[0].length;
      if (event) found.push(event);
    }
    this.pieces = start < text.length ? [text.slice(start)] : [];
    return found;
  }

  private line(line: string): StreamEvent | undefined {
    if (line === '') {
      const { name, id, data } = this.fields;
      this.fields = { name: 'message', id, data: [] };
      return data.length > 0 ? { name, id, data: data.join('\n') } : undefined;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'event') this.fields.name = value;
    else if (field === 'data') this.fields.data.push(value);
    else if (field === 'id') this.fields.id = value;
    return undefined;
  }
}
