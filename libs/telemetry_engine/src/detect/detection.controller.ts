import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { Id, Returns, ReturnsList, ReturnsRaw, type Page } from '@fleet/platform/http';
import { sendTable, type Column } from '@fleet/platform/tables';
import { DetectionExportQuery, DetectionQuery, DetectionView, DetectionWithEvidenceView } from './detection.dto';
import { Detections } from './detection.service';

const columns: Column<DetectionView>[] = [
  { name: 'plate', value: (d) => d.plate },
  { name: 'kind', value: (d) => d.kind },
  { name: 'at', value: (d) => d.at },
  { name: 'to_at', value: (d) => d.to_at },
  { name: 'value', value: (d) => d.value },
  { name: 'limit', value: (d) => d.limit },
  { name: 'unit', value: (d) => d.unit },
  { name: 'lat', value: (d) => d.place?.lat },
  { name: 'lon', value: (d) => d.place?.lon },
  { name: 'details', value: (d) => JSON.stringify(d.details) },
];

@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry/detections')
export class DetectionController {
  constructor(
    private readonly db: Db,
    private readonly detections: Detections,
  ) {}

  @Get()
  @Permit('telemetry_engine.detection.read')
  @ReturnsList(DetectionView, { about: 'Newest first.' })
  list(@By() actor: Actor, @Query() query: DetectionQuery): Promise<Page<DetectionView>> {
    return this.detections.list(actor, query);
  }

  @Get('export')
  @Permit('telemetry_engine.detection.read')
  @ReturnsRaw('text/csv', { about: 'The list with its filters, as CSV or XLSX.' })
  async export(@By() actor: Actor, @Query() query: DetectionExportQuery, @Res() res: Response): Promise<void> {
    await this.db.read(actor, (tx) => sendTable(res, 'detections', query.format ?? 'csv', columns, this.detections.everyOne(tx, query)));
  }

  @Get(':detection_id')
  @Permit('telemetry_engine.detection.read')
  @Returns(DetectionWithEvidenceView)
  one(@By() actor: Actor, @Id('detection_id') id: string): Promise<DetectionWithEvidenceView> {
    return this.detections.withEvidence(actor, id);
  }
}
