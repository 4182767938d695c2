import { authTasks } from '@fleet/platform/auth';
import { filesTasks } from '@fleet/platform/files';
import { platformTasks, type Task } from '@fleet/platform/jobs';
import { notifyTasks } from '@fleet/platform/notify';
import { accessControlTasks } from '@fleet/access_control';
import { driverModuleTasks } from '@fleet/driver_module';
import { eventLogTasks } from '@fleet/event_log';
import { fuelLogTasks } from '@fleet/fuel_log';
import { telemetryEngineTasks } from '@fleet/telemetry_engine';
import { transportRegistryTasks } from '@fleet/transport_registry';

/** Every batch of the house, in one place. Times are UTC; what a batch does is said beside its definition. */
export const taskList: readonly Task[] = [
  ...platformTasks,
  ...authTasks,
  ...filesTasks,
  ...notifyTasks,
  ...telemetryEngineTasks,
  ...transportRegistryTasks,
  ...driverModuleTasks,
  ...eventLogTasks,
  ...fuelLogTasks,
  ...accessControlTasks,
] as Task[];
