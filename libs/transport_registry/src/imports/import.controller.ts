import { Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { TakesFile, Uploaded, type Upload } from '@fleet/platform/files';
import { Id, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { importColumns } from './import-columns';
import { ImportQuery, ImportView, StartImportQuery } from './import.dto';
import { ImportService } from './import.service';

@ApiTags('transport_registry')
@Controller('api/v1/transport_registry/imports')
export class ImportController {
  constructor(private readonly imports: ImportService) {}

  @Post()
  @Permit('transport_registry.vehicle.import')
  @TakesFile()
  @Returns(ImportView, { status: 202, about: 'CSV or XLSX. Follow its progress at Location.' })
  async start(@By() actor: Actor, @Query() query: StartImportQuery, @Uploaded() upload: Upload, @Res({ passthrough: true }) res: Response): Promise<ImportView> {
    const started = await this.imports.start(actor, { name: upload.original_name, content: upload.content }, query.dry_run ?? false);
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
