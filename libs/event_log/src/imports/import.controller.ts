import { Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { TakesFile, Uploaded, type Upload } from '@fleet/platform/files';
import { Id, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { fineColumns } from './fine-columns';
import { FineImportQuery, FineImportView, StartFineImportQuery } from './import.dto';
import { FineImports } from './import.service';

@ApiTags('event_log')
@Controller('api/v1/event_log/imports')
@Permit('event_log.fine.import')
export class FineImportController {
  constructor(private readonly imports: FineImports) {}

  @Post()
  @TakesFile()
  @Returns(FineImportView, { status: 202, about: 'Fines as CSV or XLSX. Follow its progress at Location.' })
  async start(@By() actor: Actor, @Query() query: StartFineImportQuery, @Uploaded() upload: Upload, @Res({ passthrough: true }) res: Response): Promise<FineImportView> {
    const started = await this.imports.start(actor, { name: upload.original_name, content: upload.content }, query);
    res.setHeader('location', `/api/v1/event_log/imports/${started.id}`);
    return started;
  }

  @Get()
  @ReturnsList(FineImportView)
  list(@By() actor: Actor, @Query() query: FineImportQuery): Promise<Page<FineImportView>> {
    return this.imports.list(actor, query);
  }

  @Get('template')
  @ReturnsRaw('text/csv', { about: 'An empty table with every column.' })
  template(@Res() res: Response): void {
    res.setHeader('content-disposition', 'attachment; filename="fines.csv"');
    res.type('text/csv; charset=utf-8').send(`\ufeff${Object.keys(fineColumns).join(',')}\r\n`);
  }

  @Get(':import_id')
  @Returns(FineImportView)
  get(@By() actor: Actor, @Id('import_id') id: string): Promise<FineImportView> {
    return this.imports.get(actor, id);
  }
}
