import { Module } from '@nestjs/common';
import { driver_module } from '@fleet/driver_module';
import { telemetry_engine } from '@fleet/telemetry_engine';
import { transport_registry } from '@fleet/transport_registry';
import { CircuitController } from './circuits/circuit.controller';
import { Circuits } from './circuits/circuit.service';
import { DriverAccessController } from './drivers/access.controller';
import { DriverAccess } from './drivers/driver-access.service';
import { Dispatch } from './execute/dispatch';
import { Endings } from './execute/endings';
import { GatewayTurns } from './execute/gateway-turns';
import { LastLook } from './execute/last-look';
import { LinkBus } from './execute/link-bus';
import { CommandOutcomes } from './execute/outcomes';
import { Runner } from './execute/runner';
import { Sweeper } from './execute/sweeper';
import { Times } from './execute/times';
import { Watcher } from './execute/watcher';
import { GatewayController } from './gateways/gateway.controller';
import { Gateways } from './gateways/gateway.service';
import { CaseFiles } from './immobilize/case-file';
import { CommandStore } from './immobilize/command.store';
import { ImmobilizeController } from './immobilize/immobilize.controller';
import { Immobilize } from './immobilize/immobilize.service';
import { Jobs } from './immobilize/jobs.read';
import { Release } from './immobilize/release.service';
import { Situations } from './immobilize/situation';
import { LockoutController } from './lockouts/lockout.controller';
import { Lockouts } from './lockouts/lockout.service';
import { RelayMethods } from './methods';
import { Tracksolid } from './methods/tracksolid/tracksolid.method';
import { VialonRelay } from './methods/wialon/vialon-relay';
import { ImmobilizingSettingsController } from './settings/setting.controller';
import { ImmobilizingSettings } from './settings/setting.service';

const keeping = [ImmobilizingSettings, Circuits, Gateways, Lockouts, DriverAccess];
const asking = [Situations, CommandStore, Jobs, Immobilize, Release, CaseFiles];
const carryingOut = [Times, LinkBus, Dispatch, Runner, GatewayTurns, LastLook, Endings, CommandOutcomes, Sweeper, Watcher, RelayMethods, VialonRelay, Tracksolid];

@Module({
  imports: [transport_registry.module, driver_module.module, telemetry_engine.module],
  // Fixed addresses before those with an id.
  controllers: [ImmobilizingSettingsController, GatewayController, LockoutController, CircuitController, ImmobilizeController, DriverAccessController],
  providers: [...keeping, ...asking, ...carryingOut],
  exports: [DriverAccess],
})
export class AccessControlModule {}
