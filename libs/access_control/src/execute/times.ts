import { Injectable } from '@nestjs/common';

/** Every wait of the execution. Four slots and three pauses make 14.6 s: inside the 15 s that are promised. Tests shorten them. */
@Injectable()
export class Times {
  /** How long an attempt waits for the device's word. */
  slotMs = 3_200;
  pauseMs = 600;
  /** From asking (or approving) to the end of the last attempt. */
  cutMs = 15_000;
  /** A release waits for a device that is away. */
  releaseMs = 600_000;
  releasePauseMs = 2_000;
  /** The longest pause between two attempts of a release. */
  releasePauseMaxMs = 12_000;
  /** Beyond the slot, before another process may take a command for abandoned. */
  leaseMs = 10_000;
  /** How long late outcomes are looked for. */
  watchMs = 600_000;
  sweepMs = 1_000;
  /** How often an account's server is asked, after everything, whether a command did happen. */
  gatewayAskMs = 12_000;
  /** How long another process may take to say that it holds a device, and to take a command over. */
  askMs = 400;
  takeOverMs = 1_500;
}
