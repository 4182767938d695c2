import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { CaseFiles } from './case-file';
import { CaseFileView } from './case-file.dto';
import { DecideCommandBody, ImmobilizeBody, JobsQuery, JobSummaryView, JobView, PreviewView, ReleaseBody, CommandStartedView } from './immobilize.dto';
import { Immobilize } from './immobilize.service';
import { Jobs } from './jobs.read';
import { Person } from './person';
import { Release } from './release.service';

/** The only way in: everything that stops a vehicle begins with a person at one of these routes. */
@ApiTags('access_control')
@Controller('api/v1/access')
export class ImmobilizeController {
  constructor(
    private readonly immobilize: Immobilize,
    private readonly releases: Release,
    private readonly jobs: Jobs,
    private readonly cases: CaseFiles,
  ) {}

  @Get('commands')
  @Permit('access_control.immobilization.read')
  @ReturnsList(JobSummaryView, { about: 'Of the whole account, latest first.' })
  all(@By() actor: Actor, @Query() query: JobsQuery): Promise<Page<JobSummaryView>> {
    return this.jobs.ofAccount(actor, query);
  }

  @Post(':vehicle_id/immobilize')
  @Permit('access_control.immobilization.command', { steppedUp: true })
  @Returns(CommandStartedView, { status: 202, about: 'Refused with 409, a code and the facts when anything speaks against it.' })
  cut(@By() actor: Actor, @Id('vehicle_id') id: string, @Body() body: ImmobilizeBody): Promise<CommandStartedView> {
    return this.immobilize.request(Person.of(actor), id, body);
  }

  @Post(':vehicle_id/immobilize/preview')
  @Permit('access_control.immobilization.command')
  @Returns(PreviewView, { about: 'The same verdict, and nothing is done.' })
  preview(@By() actor: Actor, @Id('vehicle_id') id: string, @Body() body: ImmobilizeBody): Promise<PreviewView> {
    return this.immobilize.preview(Person.of(actor), id, body);
  }

  @Post(':vehicle_id/release')
  @Permit('access_control.immobilization.release')
  @Returns(CommandStartedView, { status: 202, about: 'Never refused for speed, switches or limits. By another method it overtakes a release that still waits.' })
  release(@By() actor: Actor, @Id('vehicle_id') id: string, @Body() body: ReleaseBody): Promise<CommandStartedView> {
    this.releases.refuseUnsaid(body);
    return this.releases.request(Person.of(actor), id, body);
  }

  @Get(':vehicle_id/immobilize')
  @Permit('access_control.immobilization.read')
  @ReturnsList(JobSummaryView, { about: 'Commands of the vehicle, latest first, releases too.' })
  ofVehicle(@By() actor: Actor, @Id('vehicle_id') id: string, @Query() query: JobsQuery): Promise<Page<JobSummaryView>> {
    return this.jobs.ofVehicle(actor, id, query);
  }

  @Get(':vehicle_id/immobilize/:job_id')
  @Permit('access_control.immobilization.read')
  @Returns(JobView)
  get(@By() actor: Actor, @Id('vehicle_id') id: string, @Id('job_id') jobId: string): Promise<JobView> {
    return this.jobs.get(actor, id, jobId);
  }

  @Post(':vehicle_id/immobilize/:job_id/approve')
  @Permit('access_control.immobilization.approve', { steppedUp: true })
  @Returns(CommandStartedView, { status: 202 })
  approve(@By() actor: Actor, @Id('vehicle_id') id: string, @Id('job_id') jobId: string, @Body() body: DecideCommandBody): Promise<CommandStartedView> {
    return this.immobilize.approve(Person.of(actor), id, jobId, body.note);
  }

  @Post(':vehicle_id/immobilize/:job_id/decline')
  @Permit('access_control.immobilization.approve')
  @Returns(CommandStartedView)
  decline(@By() actor: Actor, @Id('vehicle_id') id: string, @Id('job_id') jobId: string, @Body() body: DecideCommandBody): Promise<CommandStartedView> {
    return this.immobilize.decline(Person.of(actor), id, jobId, body.note);
  }

  @Post(':vehicle_id/immobilize/:job_id/cancel')
  @Permit('access_control.immobilization.cancel')
  @Returns(CommandStartedView, { about: 'Only a stop that has not left; otherwise send a release. A release is never taken back.' })
  cancel(@By() actor: Actor, @Id('vehicle_id') id: string, @Id('job_id') jobId: string): Promise<CommandStartedView> {
    return this.releases.cancel(Person.of(actor), id, jobId);
  }

  @Get(':vehicle_id/immobilize/:job_id/case_file')
  @Permit('access_control.immobilization.read')
  @Returns(CaseFileView, { about: 'Everything about one command, signed.' })
  caseFile(@By() actor: Actor, @Id('vehicle_id') id: string, @Id('job_id') jobId: string): Promise<CaseFileView> {
    return this.cases.of(actor, id, jobId);
  }

  @Get(':vehicle_id/immobilize/:job_id/case_file.pdf')
  @Permit('access_control.immobilization.read')
  @ReturnsRaw('application/pdf')
  async casePdf(@By() actor: Actor, @Id('vehicle_id') id: string, @Id('job_id') jobId: string, @Res() res: Response): Promise<void> {
    const pdf = await this.cases.pdf(actor, id, jobId);
    res.setHeader('content-disposition', `attachment; filename="case-${jobId}.pdf"`).type('application/pdf').send(pdf);
  }
}
