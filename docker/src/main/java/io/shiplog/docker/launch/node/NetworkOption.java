package io.shiplog.docker.launch.node;

import picocli.CommandLine.Option;

/** The pod network option of this machine. */
public final class NetworkOption {
    @Option(
            names = "--network",
            paramLabel = "MODE",
            description = {
                "auto: a routed pod network, or Docker's bridge on a machine that does not support it; bridge: Docker's bridge, without Services and cluster DNS. Not remembered (default: auto)"
            })
    private Networking.Mode mode = Networking.Mode.auto;

    /** The chosen mode; the default if none was given. */
    public Networking.Mode mode() {
        return mode;
    }
}
