"""The API of Direct Connect: ports, virtual interfaces, BGP sessions and gateways that exist on paper only.

States follow from the time since an order, so nothing has to run for them: a port is requested, has a letter of
authorization, is cross-connected and gets light; a session comes up a while after its interface and its port.
"""

from emulator.services.direct_connect import cfn, connections, failover, gateways, interfaces, macsec

__all__ = ["cfn", "connections", "failover", "gateways", "interfaces", "macsec"]
