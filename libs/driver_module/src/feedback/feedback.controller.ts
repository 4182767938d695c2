import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { DescribesIfMatch, Id, IfMatch, Returns, ReturnsList, type Page } from '@fleet/platform/http';
import { DriverService } from '../drivers/driver.service';
import { FeedbackBody, FeedbackQuery, FeedbackView, RatingView } from './feedback.dto';
import { Feedback } from './feedback.service';

@ApiTags('driver_module')
@Controller('api/v1/driver_module')
export class FeedbackController {
  constructor(
    private readonly db: Db,
    private readonly drivers: DriverService,
    private readonly feedback: Feedback,
  ) {}

  @Get('feedback')
  @Permit('driver_module.feedback.read')
  @ReturnsList(FeedbackView, { about: 'Of all drivers; with state=pending what waits to be read.' })
  list(@By() actor: Actor, @Query() query: FeedbackQuery): Promise<Page<FeedbackView>> {
    return this.feedback.list(actor, query);
  }

  @Post('feedback/:feedback_id/publish')
  @Permit('driver_module.feedback.moderate')
  @DescribesIfMatch()
  @Returns(FeedbackView)
  publish(@By() actor: Actor, @Id('feedback_id') id: string, @IfMatch() version: number | undefined): Promise<FeedbackView> {
    return this.feedback.moderate(actor, id, 'published', version);
  }

  @Post('feedback/:feedback_id/reject')
  @Permit('driver_module.feedback.moderate')
  @DescribesIfMatch()
  @Returns(FeedbackView)
  reject(@By() actor: Actor, @Id('feedback_id') id: string, @IfMatch() version: number | undefined): Promise<FeedbackView> {
    return this.feedback.moderate(actor, id, 'rejected', version);
  }

  @Get('drivers/:driver_id/feedback')
  @Permit('driver_module.feedback.read')
  @ReturnsList(FeedbackView)
  ofDriver(@By() actor: Actor, @Id('driver_id') id: string, @Query() query: FeedbackQuery): Promise<Page<FeedbackView>> {
    return this.feedback.list(actor, query, id);
  }

  @Post('drivers/:driver_id/feedback')
  @Permit('driver_module.feedback.write')
  @Returns(FeedbackView, { status: 201, about: 'It waits until somebody has read it.' })
  give(@By() actor: Actor, @Id('driver_id') id: string, @Body() body: FeedbackBody): Promise<FeedbackView> {
    return this.feedback.give(actor, id, body);
  }

  @Get('drivers/:driver_id/rating')
  @Permit('driver_module.feedback.read')
  @Returns(RatingView)
  rating(@By() actor: Actor, @Id('driver_id') id: string): Promise<RatingView> {
    return this.db.read(actor, async (tx) => this.feedback.rating(tx, (await this.drivers.find(tx, id)).id));
  }
}
