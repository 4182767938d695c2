import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import type { Actor } from '@fleet/platform/database';
import { Id, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { DetectionQuery, DetectionView, DetectionWithEvidenceView } from './detection.dto';
import { Detections } from './detection.service';

@ApiTags('telemetry_engine')
@Controller('api/v1/telemetry/detections')
export class DetectionController {
  constructor(private readonly detections: Detections) {}

  @Get()
  @Permit('telemetry_engine.detection.read')
  @ReturnsList(DetectionView, { about: 'Newest first.' })
  list(@By() actor: Actor, @Query() query: DetectionQuery): Promise<Page<DetectionView>> {
    return this.detections.list(actor, query);
  }

  @Get(':detection_id')
  @Permit('telemetry_engine.detection.read')
  @Returns(DetectionWithEvidenceView)
  one(@By() actor: Actor, @Id('detection_id') id: string): Promise<DetectionWithEvidenceView> {
    return this.detections.withEvidence(actor, id);
  }
}
