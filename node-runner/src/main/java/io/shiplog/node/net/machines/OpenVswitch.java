package io.shiplog.node.net.machines;

import io.shiplog.node.net.machine.Machine;
import io.shiplog.node.net.machine.Machine.Outcome;

/**
 * Open vSwitch on this machine.
 *
 * @see <a href="https://docs.openvswitch.org/en/latest/howto/userspace-tunneling/">Tunnels in userspace</a>
 */
public final class OpenVswitch {
    private OpenVswitch() {}

    /** Why it cannot be used; empty if it can. */
    static String obstacle(Machine machine) {
        Outcome shown = machine.run("ovs-vsctl", OvsPlan.TIMEOUT, "show");
        if (shown.exit() == Outcome.NOT_FOUND
                || machine.run("ovs-ofctl", "--version").exit() == Outcome.NOT_FOUND) {
            return "Open vSwitch is missing (Debian: apt install openvswitch-switch)";
        }
        return shown.ok()
                ? ""
                : "Open vSwitch does not answer: %s (Debian: systemctl start openvswitch-switch)"
                        .formatted(shown.complaint());
    }

    /** What to do where a bridge was made and there is no interface for it. */
    static String noDatapath(String device) {
        return "Open vSwitch has no datapath for its bridge: load the kernel's (modprobe openvswitch), or make %s a port of a bridge in"
                        .formatted(device)
                + " userspace and give that bridge the machine's address (ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev"
                + " -- add-port br0 %s)".formatted(device);
    }

    /** The datapath of the bridge that an interface belongs to: a tunnel must use the same one. */
    static String datapath(Machine machine, String device) {
        Outcome bridge = machine.run("ovs-vsctl", OvsPlan.TIMEOUT, "iface-to-br", device);
        Outcome type = machine.run(
                "ovs-vsctl",
                OvsPlan.TIMEOUT,
                "--if-exists",
                "get",
                "bridge",
                bridge.ok() ? bridge.out().strip() : device,
                "datapath_type");
        return type.ok() && type.out().strip().replace("\"", "").equals("netdev") ? "netdev" : "system";
    }

    /** Removes a bridge with its ports; nothing if there is none. */
    public static void removeBridge(Machine machine, String name) {
        machine.run("ovs-vsctl", OvsPlan.TIMEOUT, "--if-exists", "del-br", name);
    }
}
