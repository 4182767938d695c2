import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { AnomalyQuery, AnomalyView, ReviewAnomalyBody } from './anomaly.dto';
import { Anomalies } from './anomaly.service';

@ApiTags('fuel_log')
@Controller('api/v1/fuel_log/anomalies')
export class AnomalyController {
  constructor(
    private readonly anomalies: Anomalies,
    private readonly db: Db,
  ) {}

  @Get()
  @Permit('fuel_log.anomaly.read')
  @ReturnsList(AnomalyView, { about: 'What looks odd, as questions; latest first.' })
  list(@By() actor: Actor, @Query() query: AnomalyQuery): Promise<Page<AnomalyView>> {
    return this.db.read(actor, (tx) => this.anomalies.page(tx, query));
  }

  @Get(':anomaly_id')
  @Permit('fuel_log.anomaly.read')
  @Returns(AnomalyView)
  get(@By() actor: Actor, @Id('anomaly_id') id: string): Promise<AnomalyView> {
    return this.db.read(actor, (tx) => this.anomalies.get(tx, id));
  }

  @Post(':anomaly_id/review')
  @Permit('fuel_log.anomaly.review')
  @DescribesIfMatch()
  @Returns(AnomalyView, { about: 'An explained odometer jump lets its reading count.' })
  review(@By() actor: Actor, @Id('anomaly_id') id: string, @Body() body: ReviewAnomalyBody, @IfMatch() version: number | undefined): Promise<AnomalyView> {
    return this.anomalies.review(actor, id, body, version);
  }
}
