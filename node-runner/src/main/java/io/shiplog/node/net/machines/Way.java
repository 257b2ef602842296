package io.shiplog.node.net.machines;

/** How packets of pods travel between machines. All machines of a cluster use the same way. */
public enum Way {
    /** Plain routes to machines in the subnet of the uplink, a VXLAN to those beyond it. */
    ROUTES(50),
    /** GRE tunnels of Open vSwitch to all machines. */
    OVS_GRE(42);

    private final int overhead;

    Way(int overhead) {
        this.overhead = overhead;
    }

    /** The bytes of its headers, the inner Ethernet header included. Of GRE: IPv4, and 8 with a key. */
    int overhead() {
        return overhead;
    }
}
