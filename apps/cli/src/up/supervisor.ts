import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { banner } from './banner';
import { Child, type Command, type Ending, inWords, Patience } from './child';
import type { Cluster } from './cluster';
import { databaseEnvironment, isDemo, markPrepared, openDataDir, startEmbedded } from './database';
import { checkExternal } from './external';
import { Lock } from './lock';
import { cutLog } from './logs';
import { choosePort } from './ports';
import { describe, Interrupted, Problem } from './problem';
import type { Settings } from './settings';

/** The programs to run. */
export interface Plan {
  prepare: Command;
  server: Command;
  /** Runs in demo mode when its file exists. */
  simulator?: Command;
}

const READY_WITHIN = 120_000;
const DEATHS_TO_GIVE_UP = 5;
/** A server that ends with this code (EX_CONFIG) says that trying again is of no use. */
const WRONG_SETTINGS = 78;

/** Starts everything in order, keeps it running, and stops it in the opposite order. */
export class Supervisor {
  private readonly ending = new AbortController();
  private readonly children: Child[] = [];
  private readonly databaseDeaths = new Patience();
  private cluster?: Cluster;
  private lock?: Lock;
  private ended?: Promise<void>;
  private giveUp!: (error: unknown) => void;
  private leave!: () => void;
  private readonly over = new Promise<void>((resolve, reject) => {
    this.leave = resolve;
    this.giveUp = reject;
  });

  constructor(
    private readonly settings: Settings,
    private readonly plan: Plan,
    private readonly say: (line: string) => void,
  ) {
    this.over.catch(() => undefined);
  }

  /** Resolves after a stop that was asked for; rejects with the reason of one that was not. */
  async run(): Promise<void> {
    const logKeeper = setInterval(() => this.children.forEach(({ options }) => cutLog(options.logFile)), 60_000);
    let starting: Promise<void> | undefined;
    try {
      openDataDir(this.settings.dataDir);
      this.lock = await Lock.take(this.settings.dataDir);
      starting = this.start();
      await Promise.race([starting, this.over]);
      await this.over;
    } catch (error) {
      if (!this.ending.signal.aborted) throw error;
    } finally {
      clearInterval(logKeeper);
      await this.end();
      await Promise.race([starting?.catch(() => undefined), sleep(500)]);
      this.lock?.release();
    }
  }

  private async start(): Promise<void> {
    const { settings, plan } = this;
    const { dataDir } = settings;
    this.say('Fleet ERP is starting.');
    const port = await choosePort(settings.port, settings.portChosen);
    if (port !== settings.port) this.say(`Port ${settings.port} is taken by another program; using ${port}. Set PORT to choose one.`);
    const address = settings.publicUrl ?? `http://localhost:${port}`;
    this.lock?.announce(address);
    await this.openDatabase();
    const env = { ...settings.environment, ...databaseEnvironment(settings, this.cluster), PORT: String(port), PUBLIC_URL: address };
    await this.prepare(env);
    void this.keepRunning(this.child('server', plan.server, env), port);
    await this.ready(port);
    const demo = isDemo(settings);
    if (demo && plan.simulator && existsSync(plan.simulator.file)) void this.keepRunning(this.child('simulator', plan.simulator, env));
    this.checkpoint();
    this.say(banner(address, dataDir, demo));
  }

  private async openDatabase(): Promise<void> {
    const { databaseUrl, dataDir } = this.settings;
    if (databaseUrl) return checkExternal(databaseUrl);
    const onCrash = (): void => void this.reviveDatabase();
    const onOpen = (cluster: Cluster): void => void (this.cluster = cluster);
    await startEmbedded({ dataDir, signal: this.ending.signal, say: this.say, onCrash, onOpen });
  }

  private async reviveDatabase(): Promise<void> {
    if (this.databaseDeaths.another() >= DEATHS_TO_GIVE_UP) {
      const log = join(this.settings.dataDir, 'logs', 'postgres.log');
      return this.giveUp(
        new Problem(
          `PostgreSQL stopped ${DEATHS_TO_GIVE_UP} times within a minute.`,
          `Its log ${log} tells why; a full disk or too little memory are the usual reasons.`,
        ),
      );
    }
    this.say('PostgreSQL stopped unexpectedly; starting it again.');
    try {
      await sleep(this.databaseDeaths.delay(), undefined, { signal: this.ending.signal });
      await this.cluster?.start();
      this.say('PostgreSQL is back.');
    } catch (error) {
      if (!this.ending.signal.aborted) this.giveUp(error);
    }
  }

  private async prepare(env: NodeJS.ProcessEnv): Promise<void> {
    const { dataDir } = this.settings;
    const demo = env['FLEET_DEMO'] === '1';
    this.say(`Preparing the database${demo ? ' (demo fleet)' : ''}.`);
    const child = this.child('prepare', this.plan.prepare, env);
    const ending = await child.run();
    this.checkpoint();
    if (ending.code !== 0) throw this.failed(child, 'The database could not be prepared', ending);
    if (this.cluster) markPrepared(dataDir, demo);
  }

  private child(name: string, command: Command, env: NodeJS.ProcessEnv): Child {
    this.checkpoint();
    const logFile = join(this.settings.dataDir, 'logs', `${name}.log`);
    const child = new Child({
      name,
      command,
      env,
      logFile,
      onStart: (pid) => this.lock?.adopt(name, pid),
      onProgress: (line) => this.say(`  ${line}`),
    });
    this.children.push(child);
    return child;
  }

  /** Runs a program for as long as the supervisor does. Only the server, which has a port, can bring everything down. */
  private async keepRunning(child: Child, port?: number): Promise<void> {
    const patience = new Patience();
    const { name } = child.options;
    try {
      for (;;) {
        const ending = await child.run();
        if (this.ending.signal.aborted) return;
        const deaths = patience.another();
        if (port && ending.code === WRONG_SETTINGS) throw this.failed(child, 'The server refused its settings', ending);
        if (port && deaths >= DEATHS_TO_GIVE_UP) throw this.failed(child, `The server stopped ${deaths} times within a minute`, ending);
        this.say(`The ${name} stopped unexpectedly (${inWords(ending)}); starting it again in ${patience.delay() / 1000} s.`);
        await sleep(patience.delay(), undefined, { signal: this.ending.signal });
        if (port)
          void this.ready(port).then(
            () => this.say('The server is ready again.'),
            () => undefined,
          );
      }
    } catch (error) {
      if (!this.ending.signal.aborted) this.giveUp(error);
    }
  }

  private failed(child: Child, what: string, ending: Ending): Problem {
    const complaint = child.complaint() ?? `it ended with ${inWords(ending)} and said nothing`;
    return new Problem(`${what}: ${complaint}`, `More is in ${child.options.logFile}\nCorrect that and start again; the data is kept.`);
  }

  private async ready(port: number): Promise<void> {
    for (const end = Date.now() + READY_WITHIN; Date.now() < end; await sleep(100)) {
      this.checkpoint();
      if ((await statusOf(port)) === 200) return;
    }
    const complaint = this.children.find(({ options }) => options.name === 'server')?.complaint();
    throw new Problem(
      `The server is not ready after ${READY_WITHIN / 1000} seconds${complaint ? `: ${complaint}` : ''}.`,
      `Its log is ${join(this.settings.dataDir, 'logs', 'server.log')}`,
    );
  }

  private checkpoint(): void {
    if (this.ending.signal.aborted) throw new Interrupted();
  }

  /** A stop that was asked for. */
  interrupt(): void {
    this.ending.abort(new Interrupted());
    this.leave();
  }

  /** Programs first, so that they can finish their work on the database; all of it takes less than five seconds. */
  private end(): Promise<void> {
    this.ending.abort(new Interrupted());
    this.ended ??= Promise.all(this.children.map((child) => child.stop(2500))).then(() => this.cluster?.stop('fast'));
    return this.ended;
  }

  async force(): Promise<void> {
    this.ending.abort(new Interrupted());
    await Promise.all([...this.children.map((child) => child.stop(0)), this.cluster?.stop('immediate')]);
    this.lock?.release();
  }

  /** For an error nobody expected. */
  crash(error: unknown): void {
    this.giveUp(
      new Problem(describe(error), 'This is a fault in Fleet ERP. Start again; with FLEET_DEBUG=1 it shows where it happened.', {
        cause: error,
      }),
    );
  }
}

const statusOf = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/readyz', timeout: 3000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
