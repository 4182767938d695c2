import { contentOf, type FeedFile } from './feed-file';
import { FeedFault } from './feed-fault';
import { MalformedFeed, RecordSplitter, type SplitElement } from './record-splitter';

export interface Batch {
  /** Place of the first element among the records of the file. */
  from: number;
  elements: SplitElement[];
}

export interface Limits {
  fileBytesMax: number;
  recordBytesMax: number;
  batchRows: number;
  batchBytes: number;
}

export interface FileEnd {
  records: number;
  metadata: Record<string, unknown>;
}

/** The records of a file in batches, each as soon as its bytes are there. Memory is a batch and a chunk, whatever the file's size. */
export async function* batchesOf(file: FeedFile, limits: Limits, onBytes: (bytes: number) => void, signal?: AbortSignal): AsyncGenerator<Batch, FileEnd> {
  let elements: SplitElement[] = [];
  let bytes = 0;
  let from = 0;
  const full: Batch[] = [];
  const cut = (): void => {
    full.push({ from, elements });
    from += elements.length;
    elements = [];
    bytes = 0;
  };
  const splitter = new RecordSplitter(limits.recordBytesMax, (element) => {
    elements.push(element);
    bytes += element.length;
    if (elements.length >= limits.batchRows || bytes >= limits.batchBytes) cut();
  });
  try {
    for await (const chunk of contentOf(file, limits.fileBytesMax, signal)) {
      splitter.push(chunk);
      onBytes(chunk.length);
      while (full.length > 0) yield full.shift() as Batch;
    }
    splitter.end();
  } catch (error) {
    // What came whole before the fault is kept.
    if (elements.length > 0) cut();
    while (full.length > 0) yield full.shift() as Batch;
    if (!(error instanceof MalformedFeed)) throw error;
    throw new FeedFault(error.truncated ? 'FUEL_FEED_TRUNCATED' : 'FUEL_FEED_MALFORMED', `${file.name}: ${error.message}`);
  }
  if (elements.length > 0) cut();
  while (full.length > 0) yield full.shift() as Batch;
  return { records: from, metadata: metadataOf(splitter.metadata) };
}

function metadataOf(bytes: Buffer | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes?.toString() ?? '{}');
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** How many records the exporter says it wrote, if it says so. */
export function announcedCount({ metadata }: FileEnd): number | undefined {
  const said = metadata.record_count ?? metadata.count ?? metadata.total_records ?? metadata.total;
  return typeof said === 'number' ? said : undefined;
}
