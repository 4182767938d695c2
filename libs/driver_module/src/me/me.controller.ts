import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { sendFile, TakesFile, Uploaded, type StoredFile, type Upload } from '@fleet/platform/files';
import { Id, ListQuery, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { DriverDocumentBody, DriverDocumentQuery, DriverDocumentView, DriverDocumentWithWarningsView } from '../documents/document.dto';
import type { DocumentWithWarnings } from '../documents/document.service';
import { DriverService } from '../drivers/driver.service';
import type { FeedbackView } from '../feedback/feedback.dto';
import { DriverFiles } from '../files/driver-files';
import { DriverFileView } from '../files/file.dto';
import { ErasureRequestView } from '../privacy/privacy.dto';
import { ErasureRequests } from '../privacy/erasure-requests';
import { PersonalData } from '../privacy/personal-data';
import { ShiftQuery, ShiftView } from '../shifts/shift.dto';
import {
  FeedbackAboutMeView,
  MyCheckInBody,
  MyCheckOutBody,
  MyCheckOutView,
  MyProfileView,
  MyShiftView,
  MyVehicleAnswer,
  PeerFeedbackBody,
  PeerFeedbackView,
  StatusReportBody,
  StatusReportQuery,
  StatusReportView,
} from './me.dto';
import { DriverSelf } from './me.service';

/** For the driver's phone: whoever signed in, and nobody else. */
@ApiTags('driver_module')
@Controller('api/v1/driver_module/me')
@Permit('driver_module.self.use')
export class DriverSelfController {
  constructor(
    private readonly self: DriverSelf,
    private readonly files: DriverFiles,
    private readonly drivers: DriverService,
    private readonly erasures: ErasureRequests,
    private readonly personalData: PersonalData,
    private readonly db: Db,
  ) {}

  @Get()
  @Returns(MyProfileView)
  profile(@By() actor: Actor): Promise<MyProfileView> {
    return this.self.profile(actor);
  }

  @Get('shift')
  @Returns(MyShiftView)
  shift(@By() actor: Actor): Promise<MyShiftView> {
    return this.self.shift(actor);
  }

  @Get('shifts')
  @ReturnsList(ShiftView)
  shifts(@By() actor: Actor, @Query() query: ShiftQuery): Promise<Page<ShiftView>> {
    return this.self.myShifts(actor, query);
  }

  @Post('shift/check_in')
  @Returns(ShiftView, { about: 'When it is refused because somebody else came later, send the check-out too and then this again.' })
  checkIn(@By() actor: Actor, @Body() body: MyCheckInBody): Promise<ShiftView> {
    return this.self.checkIn(actor, body);
  }

  @Post('shift/check_out')
  @Returns(MyCheckOutView)
  checkOut(@By() actor: Actor, @Body() body: MyCheckOutBody): Promise<MyCheckOutView> {
    return this.self.checkOut(actor, body);
  }

  @Get('vehicle')
  @Returns(MyVehicleAnswer)
  vehicle(@By() actor: Actor): Promise<MyVehicleAnswer> {
    return this.self.vehicle(actor);
  }

  @Get('documents')
  @ReturnsList(DriverDocumentView)
  documents(@By() actor: Actor, @Query() query: DriverDocumentQuery): Promise<Page<DriverDocumentView>> {
    return this.self.myDocuments(actor, query);
  }

  @Post('documents')
  @Returns(DriverDocumentWithWarningsView, { status: 201, about: 'It counts once somebody of the staff has looked at it.' })
  addDocument(@By() actor: Actor, @Body() body: DriverDocumentBody): Promise<DocumentWithWarnings> {
    return this.self.addDocument(actor, body);
  }

  @Post('files')
  @TakesFile()
  @Returns(DriverFileView, { status: 201, about: 'Send an Idempotency-Key: a repeated upload then answers with the first file.' })
  async handIn(@By() actor: Actor, @Uploaded() upload: Upload): Promise<StoredFile> {
    return this.files.handIn(actor, (await this.db.read(actor, (tx) => this.drivers.ofLogin(tx))).id, upload);
  }

  @Get('files/:file_id')
  @ReturnsRaw('application/octet-stream', { about: 'JPEG, PNG or PDF, as its content says.' })
  async file(@By() actor: Actor, @Id('file_id') id: string, @Res() res: Response): Promise<void> {
    await sendFile(res, await this.files.openOwn(actor, id));
  }

  @Get('reports')
  @ReturnsList(StatusReportView)
  reports(@By() actor: Actor, @Query() query: StatusReportQuery): Promise<Page<StatusReportView>> {
    return this.self.myReports(actor, query);
  }

  @Post('reports')
  @Returns(StatusReportView, { status: 201 })
  report(@By() actor: Actor, @Body() body: StatusReportBody): Promise<StatusReportView> {
    return this.self.report(actor, body);
  }

  @Get('feedback')
  @ReturnsList(FeedbackAboutMeView, { about: 'What was published about me.' })
  feedback(@By() actor: Actor, @Query() query: ListQuery): Promise<Page<FeedbackView>> {
    return this.self.aboutMe(actor, query);
  }

  @Post('feedback')
  @Returns(PeerFeedbackView, { status: 201, about: 'About the colleague who had the vehicle before me.' })
  give(@By() actor: Actor, @Body() body: PeerFeedbackBody): Promise<FeedbackView> {
    return this.self.aboutColleague(actor, body);
  }

  @Get('personal_data')
  @ReturnsRaw('application/json', { about: 'Everything kept about me. That it was taken is recorded.' })
  async data(@By() actor: Actor, @Res() res: Response): Promise<void> {
    const { id } = await this.db.read(actor, (tx) => this.drivers.ofLogin(tx));
    await this.personalData.send(actor, id, res);
  }

  @Post('erasure')
  @Returns(ErasureRequestView, { status: 201, about: 'Asks to be forgotten; an admin carries it out.' })
  async askErasure(@By() actor: Actor): Promise<ErasureRequestView> {
    const { id } = await this.db.read(actor, (tx) => this.drivers.ofLogin(tx));
    return this.erasures.ask(actor, id);
  }
}
