export { FileStore, type NewFile, type OpenFile, type StoredFile } from './file-store';
export { FilesModule } from './files.module';
export { contentTypes, type ContentType } from './inspect';
export { OrphanSweep, type SweepReport } from './orphan-sweep';
export { sendFile } from './send-file';
export { filesTasks } from './tasks';
export { TakesFile, Uploaded, type Upload } from './takes-file';
