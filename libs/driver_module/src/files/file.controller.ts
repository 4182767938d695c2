import { Controller, Get, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { sendFile, TakesFile, Uploaded, type StoredFile, type Upload } from '@fleet/platform/files';
import { Id, Returns, ReturnsRaw } from '@fleet/platform/http';
import { DriverFiles } from './driver-files';
import { DriverFileView } from './file.dto';

@ApiTags('driver_module')
@Controller('api/v1/driver_module')
export class DriverFileController {
  constructor(private readonly files: DriverFiles) {}

  @Post('drivers/:driver_id/files')
  @Permit('driver_module.document.write')
  @TakesFile()
  @Returns(DriverFileView, { status: 201, about: 'Its id goes into the file_ids of a paper or a handover.' })
  handIn(@By() actor: Actor, @Id('driver_id') driverId: string, @Uploaded() upload: Upload): Promise<StoredFile> {
    return this.files.handIn(actor, driverId, upload);
  }

  @Get('files/:file_id')
  @Permit('driver_module.document.read')
  @ReturnsRaw('application/octet-stream', { about: 'JPEG, PNG or PDF, as its content says.' })
  async open(@By() actor: Actor, @Id('file_id') id: string, @Res() res: Response): Promise<void> {
    await sendFile(res, await this.files.open(actor, id));
  }
}
