import { Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  CfnStage,
  DomainName,
  HttpApi,
  HttpIntegrationType,
  HttpMethod,
  HttpRoute,
  HttpRouteIntegration,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
  type HttpRouteIntegrationConfig,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Deployment } from '../shared/schema/deployment.ts';
import { makeLogGroup } from './log-group.ts';
import { environmentPrefix } from './names.ts';

type RouteKey = keyof Deployment['throttles'];

const answeredBy = {
  'POST /v1/events': 'trigger',
  'POST /v2/enqueue': 'trigger',
  'POST /v2/change/enqueue': 'trigger',
  'POST /v1/ingest/{format}': 'trigger',
  'GET /a/{token}': 'ack',
  'HEAD /a/{token}': 'ack',
  'POST /a/{token}': 'ack',
  'POST /v1/incidents/{id}/acknowledge': 'ack',
  'POST /v1/incidents/{id}/resolve': 'resolve',
  'POST /v1/incidents/{id}/cancel': 'resolve',
  $default: 'api',
} as const satisfies Record<RouteKey, string>;

type Answering = (typeof answeredBy)[RouteKey];

const methods = { GET: HttpMethod.GET, HEAD: HttpMethod.HEAD, POST: HttpMethod.POST };

/** No path, query, address or header: a token or a person's name may stand in each of them. */
const accessLog = {
  requestId: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
};

interface Props extends Pick<Deployment, 'domain' | 'logDays' | 'keepData'> {
  readonly environmentName: string;
}

interface ServeProps {
  readonly functions: Readonly<Record<Answering, IFunction>>;
  readonly throttles: Deployment['throttles'];
}

/** Where monitors raise alarms. What is turned away there may be a page that nobody gets. */
export const sendersRoutes = ['POST /v1/events', 'POST /v2/enqueue', 'POST /v1/ingest/{format}'] as const satisfies readonly RouteKey[];

/** The HTTP API. It has an address before anything answers there, because what answers must know it. */
export class HttpFront extends Construct {
  readonly api: HttpApi;
  readonly baseUrl: string;
  /** Where a name of one's own must point; undefined: there is none. */
  readonly domainTarget: string | undefined;
  /** One line of JSON for each request, with its `route` and `status`. */
  readonly accessLog: LogGroup;
  readonly #domain: DomainName | undefined;

  constructor(scope: Construct, id: string, { environmentName, domain, ...kept }: Props) {
    super(scope, id);
    const { region, urlSuffix } = Stack.of(this);
    this.#domain =
      domain === undefined
        ? undefined
        : new DomainName(this, 'Domain', {
            domainName: domain.name,
            certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
          });
    this.domainTarget = this.#domain?.regionalDomainName;
    this.api = new HttpApi(this, 'Api', {
      apiName: environmentPrefix(environmentName),
      createDefaultStage: false,
      disableExecuteApiEndpoint: domain !== undefined,
    });
    const generated = `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
    this.baseUrl = `https://${domain?.name ?? generated}`;
    this.accessLog = makeLogGroup(this, 'AccessLog', kept);
  }

  /** Has the functions answer. Call it once. */
  serve({ functions, throttles }: ServeProps): void {
    const integrations = {
      trigger: this.#integrated('Trigger', functions.trigger),
      ack: this.#integrated('Ack', functions.ack),
      resolve: this.#integrated('Resolve', functions.resolve),
      api: this.#integrated('Api', functions.api),
    };
    const { $default, ...named } = throttles;
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: $default.rate, burstLimit: $default.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    for (const [key, answering] of Object.entries(answeredBy)) {
      const route = new HttpRoute(this, `Route ${key}`, { httpApi: this.api, integration: integrations[answering], routeKey: parsed(key) });
      // A limit can only be set on a route that is there already.
      stage.node.addDependency(route);
    }
    const { defaultChild } = stage.node;
    if (!(defaultChild instanceof CfnStage)) throw new Error('the stage is not what it was');
    defaultChild.routeSettings = Object.fromEntries(
      Object.entries(named).map(([key, { rate, burst }]) => [key, { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }]),
    );
    if (this.#domain !== undefined) new ApiMapping(this, 'Mapping', { api: this.api, domainName: this.#domain, stage });
  }

  /** One permission for each function, not one for each of its routes: the default route has no ARN of the shape that the others have. */
  #integrated(name: string, answering: IFunction): HttpRouteIntegration {
    new CfnPermission(this, `MayCall${name}`, {
      action: 'lambda:InvokeFunction',
      functionName: answering.functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: Stack.of(this).formatArn({ service: 'execute-api', resource: this.api.apiId, resourceName: '*' }),
    });
    return new FunctionIntegration(`${name}Integration`, answering.functionArn);
  }
}

class FunctionIntegration extends HttpRouteIntegration {
  readonly #uri: string;

  constructor(id: string, uri: string) {
    super(id);
    this.#uri = uri;
  }

  override bind(): HttpRouteIntegrationConfig {
    return { type: HttpIntegrationType.AWS_PROXY, uri: this.#uri, payloadFormatVersion: PayloadFormatVersion.VERSION_2_0 };
  }
}

function parsed(key: string): HttpRouteKey {
  const [, method, path] = /^(GET|HEAD|POST) (.+)$/.exec(key) ?? [];
  if (path === undefined) return HttpRouteKey.DEFAULT;
  return HttpRouteKey.with(path, method === 'GET' || method === 'HEAD' ? methods[method] : methods.POST);
}
