import 'reflect-metadata';
import { RequestMethod, type INestApplication } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { ACCESS, type AccessRule } from '@fleet/platform/auth';
import { RETURNS, type ReturnShape } from '@fleet/platform/http';

/** One route as its decorators declare it. */
export interface Route {
  method: string;
  path: string;
  handler: string;
  access?: AccessRule;
  returns?: ReturnShape;
}

type Handler = (...args: unknown[]) => unknown;
type Controller = (new (...args: never[]) => object) & { prototype: Record<string, Handler> };

/** Every route of every controller that the composition root puts together, whether or not the application has started. */
export function routesOf(app: INestApplication): Route[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  const classes = new Set(controllers.map((wrapper) => wrapper.metatype as Controller));
  return [...classes].flatMap(routesIn).sort((a, b) => order(a).localeCompare(order(b), 'en'));
}

const order = (route: Route): string => `${route.path} ${route.method}`;

export function routesIn(controller: Controller): Route[] {
  const bases = pathsOf(controller);
  return new MetadataScanner().getAllMethodNames(controller.prototype).flatMap((name) => {
    const handler = controller.prototype[name];
    const method = handler && (Reflect.getMetadata('method', handler) as RequestMethod | undefined);
    if (!handler || method === undefined) return [];
    const access = (Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller)) as AccessRule | undefined;
    const returns = Reflect.getMetadata(RETURNS, handler) as ReturnShape | undefined;
    const paths = bases.flatMap((base) => pathsOf(handler).map((path) => `/${[base, path].filter(Boolean).join('/')}`));
    return paths.map((path) => ({ method: RequestMethod[method], path, handler: `${controller.name}.${name}`, access, returns }));
  });
}

const pathsOf = (target: object): string[] => [Reflect.getMetadata('path', target) as string | string[]].flat().map((path) => path.replace(/^\/+|\/+$/g, ''));
