import { Body, Controller, Delete, Get, Module, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { By, Permit } from '@fleet/platform/auth';
import { Db, type Actor } from '@fleet/platform/database';
import { contentTypes, FileStore, sendFile, TakesFile, Uploaded, type Upload } from '@fleet/platform/files';
import { Id, Returns, ReturnsNothing, ReturnsRaw, Text, Uuid } from '@fleet/platform/http';

class PaperBody {
  @Uuid({ optional: true }) subject_id?: string;
}
class PaperView {
  @Uuid() id: string;
  @Text() content_type: string;
  @Text() original_name: string;
  @Text() sha256: string;
}

@Controller('api/v1/papers')
class PapersController {
  constructor(
    private readonly db: Db,
    private readonly files: FileStore,
  ) {}

  @Post()
  @Permit('auth.self.use')
  @TakesFile()
  @Returns(PaperView, { status: 201 })
  hand_in(@By() actor: Actor, @Uploaded() upload: Upload, @Body() body: PaperBody): Promise<PaperView> {
    return this.db.write(actor, (tx) => this.files.store(tx, { ...upload, purpose: 'test.paper', allowed: contentTypes, subject_id: body.subject_id }));
  }

  @Get(':id')
  @Permit('auth.self.use')
  @ReturnsRaw('application/octet-stream')
  async show(@By() actor: Actor, @Id() id: string, @Res() res: Response): Promise<void> {
    await sendFile(res, await this.files.open(actor, id, { purpose: 'test.paper' }));
  }

  @Delete(':id')
  @Permit('auth.self.use')
  @ReturnsNothing()
  async erase(@By() actor: Actor, @Id() id: string): Promise<void> {
    await this.db.write(actor, (tx) => this.files.erase(tx, id));
  }
}

/** Routes that show the files room at work. */
@Module({ controllers: [PapersController] })
export class PapersModule {}

export const papers = '/api/v1/papers';
