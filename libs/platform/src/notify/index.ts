export type { ParkQueries } from './alerts/parks';
export { describeEvent, type EventDescription } from './catalogue';
export { notifyGrants } from './grants';
export { Mailer } from './mail/mailer';
export { reachOf } from './rules/addresses';
export { NotifyModule } from './notify.module';
export { notifyTasks } from './tasks';
