import { Controller, Get, Post, Query, Res, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, invalid, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { importColumns } from './import-columns';
import { ImportQuery, ImportView, StartImportQuery } from './import.dto';
import { ImportService } from './import.service';

/** What multer hands over, as far as it is used here. */
interface UploadedTable {
  originalname: string;
  buffer: Buffer;
}

const fileBytesMax = 20 * 1024 * 1024;

@ApiTags('transport_registry')
@Controller('api/v1/transport_registry/imports')
export class ImportController {
  constructor(private readonly imports: ImportService) {}

  @Post()
  @Permit('transport_registry.vehicle.import')
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } } })
  @UseInterceptors(FileInterceptor('file', { limits: { fileSize: fileBytesMax, files: 1, fields: 5 } }))
  @Returns(ImportView, { status: 202, about: 'CSV or XLSX. Follow its progress at Location.' })
  async start(@By() actor: Actor, @Query() query: StartImportQuery, @UploadedFile() file: UploadedTable | undefined, @Res({ passthrough: true }) res: Response): Promise<ImportView> {
    if (!file) throw invalid('FILE_MISSING', 'Send the table as multipart field "file".');
    const started = await this.imports.start(actor, { name: file.originalname, content: file.buffer }, query.dry_run ?? false);
    res.setHeader('location', `/api/v1/transport_registry/imports/${started.id}`);
    return started;
  }

  @Get()
  @Permit('transport_registry.vehicle.import')
  @ReturnsList(ImportView)
  list(@By() actor: Actor, @Query() query: ImportQuery): Promise<Page<ImportView>> {
    return this.imports.list(actor, query);
  }

  @Get('template')
  @Permit('transport_registry.vehicle.import')
  @ReturnsRaw('text/csv', { about: 'An empty table with every column.' })
  template(@Res() res: Response): void {
    res.setHeader('content-disposition', 'attachment; filename="vehicles.csv"');
    res.type('text/csv; charset=utf-8').send(`\ufeff${Object.keys(importColumns).join(',')}\r\n`);
  }

  @Get(':import_id')
  @Permit('transport_registry.vehicle.import')
  @Returns(ImportView)
  get(@By() actor: Actor, @Id('import_id') id: string): Promise<ImportView> {
    return this.imports.get(actor, id);
  }
}
