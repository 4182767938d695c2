import { Injectable } from '@nestjs/common';
import { AuditSigningKey, record } from '@fleet/platform/audit';
import { Clock } from '@fleet/platform/clock';
import { Db, statement, type Actor, type ReadTx } from '@fleet/platform/database';
import { VehicleLookup } from '@fleet/transport_registry';
import type { CaseFileView } from './case-file.dto';
import { casePdf } from './case-pdf';
import { Jobs } from './jobs.read';

const entriesOf = statement<Record<string, unknown>>(`
  select e.id::text, e.at, e.actor_kind, e.actor_id, e.action, e.reason, e.data from audit.entry e
   where e.account_id = $1 and e.subject_type = 'vehicle' and e.subject_id = $2 and e.data ->> 'command_id' = $3 order by e.id`);

export const caseFormat = 'fleet-immobilization-case/v1';

/** Everything about one command in one signed text, for whoever asks later: police, court, insurer. */
@Injectable()
export class CaseFiles {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly key: AuditSigningKey,
    private readonly jobs: Jobs,
    private readonly vehicles: VehicleLookup,
  ) {}

  async of(actor: Actor, vehicleId: string, jobId: string): Promise<CaseFileView> {
    // The key is fetched first: making it takes a transaction of the house's own.
    const publicKey = await this.key.publicKey();
    const case_file = await this.db.write(actor, async (tx) => {
      const collected = await this.collect(tx, vehicleId, jobId);
      await record(tx, { action: 'access_control.case_file.taken', subject: { type: 'vehicle', id: vehicleId }, data: { job_id: jobId } });
      return collected;
    });
    const signed = `${caseFormat}\n${JSON.stringify(case_file)}`;
    const signature = (await this.key.sign(Buffer.from(signed))).toString('base64');
    return { format: caseFormat, case_file: JSON.parse(JSON.stringify(case_file)) as Record<string, unknown>, signed, signature, public_key: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
  }

  async pdf(actor: Actor, vehicleId: string, jobId: string): Promise<Buffer> {
    return casePdf(await this.of(actor, vehicleId, jobId));
  }

  private async collect(tx: ReadTx, vehicleId: string, jobId: string): Promise<Record<string, unknown>> {
    const job = await this.jobs.whole(tx, vehicleId, jobId);
    const { id, plate, vehicle_no } = await this.vehicles.require(tx, vehicleId);
    const entries = await tx.sql(entriesOf, [tx.accountId, id, job.job_id]);
    return { issued_at: this.clock.now(), account_id: tx.accountId, vehicle: { id, plate, vehicle_no }, command: job, audit: entries };
  }
}
