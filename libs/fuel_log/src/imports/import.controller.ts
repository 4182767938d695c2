import { Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { TakesFile, Uploaded, type Upload } from '@fleet/platform/files';
import { Id, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { importColumns } from '../rules/import-row';
import { FuelImportQuery, FuelImportView, StartFuelImportQuery } from './import.dto';
import { FuelImports } from './import.service';

@ApiTags('fuel_log')
@Controller('api/v1/fuel_log/imports')
@Permit('fuel_log.fill_up.import')
export class FuelImportController {
  constructor(private readonly imports: FuelImports) {}

  @Post()
  @TakesFile()
  @Returns(FuelImportView, { status: 202, about: 'CSV or XLSX, also in the old shape (gallons, price_per_gallon, date). Follow its progress at Location.' })
  async start(@By() actor: Actor, @Query() query: StartFuelImportQuery, @Uploaded() upload: Upload, @Res({ passthrough: true }) res: Response): Promise<FuelImportView> {
    const started = await this.imports.start(actor, upload, query);
    res.setHeader('location', `/api/v1/fuel_log/imports/${started.id}`);
    return started;
  }

  @Get()
  @ReturnsList(FuelImportView)
  list(@By() actor: Actor, @Query() query: FuelImportQuery): Promise<Page<FuelImportView>> {
    return this.imports.list(actor, query);
  }

  @Get('template')
  @ReturnsRaw('text/csv', { about: 'An empty table with every column.' })
  template(@Res() res: Response): void {
    res.setHeader('content-disposition', 'attachment; filename="fill_ups.csv"');
    res.type('text/csv; charset=utf-8').send(`\ufeff${Object.keys(importColumns).join(',')}\r\n`);
  }

  @Get(':import_id')
  @Returns(FuelImportView)
  get(@By() actor: Actor, @Id('import_id') id: string): Promise<FuelImportView> {
    return this.imports.get(actor, id);
  }
}
