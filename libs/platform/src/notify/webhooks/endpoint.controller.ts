import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { By, Permit } from '../../auth';
import type { Actor } from '../../database';
import { DescribesId, DescribesIfMatch, Id, IfMatch, ListQuery, Returns, ReturnsList, ReturnsNothing, type Page } from '../../http';
import { Deliveries } from './delivery.service';
import { AmendEndpointBody, DeliveriesQuery, DeliveryDetailView, DeliveryView, EndpointBody, EndpointView, ReplayBody, ReplayedView, RotateBody } from './endpoint.dto';
import { Endpoints } from './endpoint.service';

@ApiTags('notify')
@Controller('api/v1/notify')
export class EndpointController {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly deliveries: Deliveries,
  ) {}

  @Get('webhooks')
  @Permit('notify.webhook.read')
  @ReturnsList(EndpointView)
  list(@By() actor: Actor, @Query() query: ListQuery): Promise<Page<EndpointView>> {
    return this.endpoints.list(actor, query);
  }

  @Post('webhooks')
  @Permit('notify.webhook.write')
  @Returns(EndpointView, { status: 201, about: 'With its secret, shown this once.' })
  register(@By() actor: Actor, @Body() body: EndpointBody): Promise<EndpointView> {
    return this.endpoints.register(actor, body);
  }

  @Get('webhooks/:endpoint_id')
  @Permit('notify.webhook.read')
  @DescribesId('endpoint_id')
  @Returns(EndpointView)
  get(@By() actor: Actor, @Id('endpoint_id') id: string): Promise<EndpointView> {
    return this.endpoints.get(actor, id);
  }

  @Patch('webhooks/:endpoint_id')
  @Permit('notify.webhook.write')
  @DescribesId('endpoint_id')
  @DescribesIfMatch()
  @Returns(EndpointView)
  amend(@By() actor: Actor, @Id('endpoint_id') id: string, @Body() body: AmendEndpointBody, @IfMatch() version: number | undefined): Promise<EndpointView> {
    return this.endpoints.amend(actor, id, body, version);
  }

  @Delete('webhooks/:endpoint_id')
  @Permit('notify.webhook.write')
  @DescribesId('endpoint_id')
  @ReturnsNothing()
  remove(@By() actor: Actor, @Id('endpoint_id') id: string): Promise<void> {
    return this.endpoints.remove(actor, id);
  }

  @Post('webhooks/:endpoint_id/rotate_secret')
  @Permit('notify.webhook.write')
  @DescribesId('endpoint_id')
  @Returns(EndpointView, { about: 'With the new secret, shown this once.' })
  rotate(@By() actor: Actor, @Id('endpoint_id') id: string, @Body() body: RotateBody): Promise<EndpointView> {
    return this.endpoints.rotateSecret(actor, id, body.overlap_h);
  }

  @Post('webhooks/:endpoint_id/pause')
  @Permit('notify.webhook.write')
  @DescribesId('endpoint_id')
  @Returns(EndpointView)
  pause(@By() actor: Actor, @Id('endpoint_id') id: string): Promise<EndpointView> {
    return this.endpoints.pause(actor, id);
  }

  @Post('webhooks/:endpoint_id/resume')
  @Permit('notify.webhook.write')
  @DescribesId('endpoint_id')
  @Returns(EndpointView)
  resume(@By() actor: Actor, @Id('endpoint_id') id: string): Promise<EndpointView> {
    return this.endpoints.resume(actor, id);
  }

  @Post('webhooks/:endpoint_id/ping')
  @Permit('notify.webhook.write')
  @DescribesId('endpoint_id')
  @Returns(DeliveryDetailView, { status: 202, about: 'Sent in a moment; read the delivery to see the answer.' })
  async ping(@By() actor: Actor, @Id('endpoint_id') id: string): Promise<DeliveryDetailView> {
    return this.deliveries.get(actor, await this.endpoints.ping(actor, id));
  }

  @Get('webhooks/:endpoint_id/deliveries')
  @Permit('notify.webhook.read')
  @DescribesId('endpoint_id')
  @ReturnsList(DeliveryView)
  log(@By() actor: Actor, @Id('endpoint_id') id: string, @Query() query: DeliveriesQuery): Promise<Page<DeliveryView>> {
    return this.deliveries.list(actor, id, query);
  }

  @Post('webhooks/:endpoint_id/replay')
  @Permit('notify.webhook.replay')
  @DescribesId('endpoint_id')
  @Returns(ReplayedView, { status: 202 })
  async replaySince(@By() actor: Actor, @Id('endpoint_id') id: string, @Body() body: ReplayBody): Promise<ReplayedView> {
    return { deliveries: await this.deliveries.replaySince(actor, id, new Date(body.since), body.what ?? 'missed') };
  }

  @Get('deliveries/:delivery_id')
  @Permit('notify.webhook.read')
  @DescribesId('delivery_id')
  @Returns(DeliveryDetailView)
  delivery(@By() actor: Actor, @Id('delivery_id') id: string): Promise<DeliveryDetailView> {
    return this.deliveries.get(actor, id);
  }

  @Post('deliveries/:delivery_id/replay')
  @Permit('notify.webhook.replay')
  @DescribesId('delivery_id')
  @Returns(DeliveryDetailView, { status: 202 })
  replay(@By() actor: Actor, @Id('delivery_id') id: string): Promise<DeliveryDetailView> {
    return this.deliveries.replay(actor, id);
  }
}
