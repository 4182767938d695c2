export interface StreamEvent {
  name: string;
  id: string | undefined;
  data: string;
}

const lineEnd = /\r\n|\n|\r(?!$)/g;

/** Reads a text/event-stream as it comes: pieces break anywhere, lines end with \n, \r or both. */
export class EventReader {
  private rest = '';
  private searched = 0;
  private fields: { name: string; id: string | undefined; data: string[] } = { name: 'message', id: undefined, data: [] };

  push(piece: string): StreamEvent[] {
    this.rest += piece;
    const found: StreamEvent[] = [];
    for (;;) {
      // From where the piece before ended: a line of three megabytes comes in fifty pieces and is not searched fifty times.
      lineEnd.lastIndex = this.searched;
      const end = lineEnd.exec(this.rest);
      if (!end) {
        this.searched = Math.max(0, this.rest.length - 1);
        return found;
      }
      const line = this.rest.slice(0, end.index);
      this.rest = this.rest.slice(end.index + end[0].length);
      this.searched = 0;
      const event = this.line(line);
      if (event) found.push(event);
    }
  }

  private line(line: string): StreamEvent | undefined {
    if (line === '') {
      const { name, id, data } = this.fields;
      this.fields = { name: 'message', id, data: [] };
      return data.length > 0 ? { name, id, data: data.join('\n') } : undefined;
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') this.fields.name = value;
    else if (field === 'data') this.fields.data.push(value);
    else if (field === 'id') this.fields.id = value;
    return undefined;
  }
}
