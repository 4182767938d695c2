export { defineTask, TaskList, type Task, type TaskContext } from './define-task';
export { jobsGrants } from './grants';
export { JobsModule } from './jobs.module';
export { Jobs } from './jobs.service';
export { platformTasks } from './platform-tasks';
export { Slots } from './slots';
export { workOff } from './work-off';
export { JobWorker, type WorkerOptions } from './worker';
