import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readFileSync } from 'node:fs';

/** The baseline of the API benchmark: Nest on Express and nothing else, answering the same bytes. Arguments: port, file with the answer. */
const answer = JSON.parse(readFileSync(process.argv[3] ?? '', 'utf8')) as object;

@Controller('bare')
class BareController {
  @Get()
  get(): object {
    return answer;
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(BareModule, { logger: false });
  await app.listen(Number(process.argv[2]), '127.0.0.1');
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

void main();
