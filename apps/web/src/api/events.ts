export interface StreamEvent {
  name: string;
  id: string | undefined;
  data: string;
}

/** Reads a text/event-stream as it comes: pieces break anywhere, lines end with \n, \r or both. */
export class EventReader {
  private rest = '';
  private fields: { name: string; id: string | undefined; data: string[] } = { name: 'message', id: undefined, data: [] };

  push(piece: string): StreamEvent[] {
    this.rest += piece;
    const found: StreamEvent[] = [];
    for (;;) {
      const line = /^([^\r\n]*)(\r\n|\n|\r(?!$))/.exec(this.rest);
      if (!line) return found;
      this.rest = this.rest.slice(line[0].length);
      const event = this.line(line[1] ?? '');
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
