/** Alarms on the lines to the sites. */
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { DirectConnect, DxConnection } from '../../protocol/connectivity.ts';
import { type AlarmTarget, OperatorAlarm } from '../base/alarm.ts';
import type { DirectConnectLines } from './direct-connect.ts';

/** Direct Connect and VPN publish every five minutes. */
const PERIOD = Duration.minutes(5);

/** A line is lit weeks after it is ordered. */
const quiet = {
  silence: 'good',
  because: 'Metrics begin when a line is first lit; from then on a broken line is a zero, not a silence.',
} as const;

/**
 * Light that is still well received, in dBm: the least average power per lane of IEEE 802.3 for 1000BASE-LX (−19), 10GBASE-LR
 * (−14.4) and 100GBASE-LR4 (−10.6), and a decibel more. For 400GBASE the same as for 100: its optics' own limits differ.
 */
const leastLight: Partial<Record<DxConnection['bandwidth'], number>> = {
  '1Gbps': -18,
  '10Gbps': -13.4,
  '100Gbps': -9.6,
  '400Gbps': -9.6,
};
/** LR4 optics send four lanes, each with a light of its own. */
const lanes = (bandwidth: DxConnection['bandwidth']): number =>
  bandwidth === '100Gbps' || bandwidth === '400Gbps' ? 4 : 1;

const dxMetric = (metricName: string, dimensionsMap: Record<string, string>): Metric =>
  new Metric({ namespace: 'AWS/DX', metricName, dimensionsMap, statistic: 'Minimum', period: PERIOD });

export class LineAlarms extends Construct {
  private readonly target: AlarmTarget;

  constructor(scope: Construct, target: AlarmTarget) {
    super(scope, 'lines');
    this.target = target;
  }

  addDirectConnect(dx: DirectConnect, lines: DirectConnectLines): void {
    for (const [name, c] of Object.entries(dx.connections)) this.addConnection(name, c, lines, dx);
    for (const [name, id] of lines.interfaces) {
      const { on } = dx.interfaces[name] ?? { on: '' };
      this.addSession(name, lines.lags.get(on) ?? lines.connections.get(on) ?? '', id);
    }
    for (const [name, { id, connection }] of Object.entries(dx.hostedInterfaces)) {
      this.addSession(name, connection, id);
    }
  }

  private addConnection(name: string, c: DxConnection, lines: DirectConnectLines, dx: DirectConnect): void {
    const ConnectionId = lines.connections.get(name) ?? '';
    const owner = new Construct(this, name);
    new OperatorAlarm(owner, 'dx-connection-down', this.target, {
      metric: dxMetric('ConnectionState', { ConnectionId }),
      about: name,
      below: true,
      ...quiet,
    });
    if (c.hosted) return; // Light and encryption are the partner's port's.
    for (let lane = 0; lane < lanes(c.bandwidth); lane++) {
      new OperatorAlarm(new Construct(owner, `lane-${lane}`), 'dx-light-low', this.target, {
        metric: dxMetric('ConnectionLightLevelRx', { ConnectionId, OpticalLaneNumber: String(lane) }),
        about: `${name}-lane-${lane}`,
        threshold: leastLight[c.bandwidth] ?? 0,
        periods: 3, // Cleaning a connector is no outage.
        below: true,
        ...quiet,
      });
    }
    if (!c.macsec && !(c.lag && dx.lags[c.lag]?.macsec)) return;
    new OperatorAlarm(owner, 'dx-encryption-down', this.target, {
      metric: dxMetric('ConnectionEncryptionState', { ConnectionId }),
      about: name,
      below: true,
      ...quiet,
    });
  }

  private addSession(name: string, ConnectionId: string, VirtualInterfaceId: string): void {
    new OperatorAlarm(new Construct(this, `session-${name}`), 'dx-bgp-down', this.target, {
      metric: dxMetric('VirtualInterfaceBgpStatus', { ConnectionId, VirtualInterfaceId, IpAddressFamily: 'ipv4' }),
      about: name,
      below: true,
      ...quiet,
    });
  }

  /** Both tunnels report under the connection's id: the least of them is one, the most of them is all. */
  addVpn(connections: ReadonlyMap<string, string>): void {
    for (const [name, VpnId] of connections) {
      const owner = new Construct(this, `vpn-${name}`);
      const state = (statistic: 'Minimum' | 'Maximum'): Metric =>
        new Metric({
          namespace: 'AWS/VPN',
          metricName: 'TunnelState',
          dimensionsMap: { VpnId },
          statistic,
          period: PERIOD,
        });
      new OperatorAlarm(owner, 'vpn-tunnel-down', this.target, {
        metric: state('Minimum'),
        about: name,
        periods: 6, // AWS replaces one endpoint at a time, for minutes, with the other one up.
        below: true,
        ...quiet,
      });
      new OperatorAlarm(owner, 'vpn-down', this.target, {
        metric: state('Maximum'),
        about: name,
        below: true,
        ...quiet,
      });
    }
  }
}
