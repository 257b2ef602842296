package io.shiplog.docker.launch;

import picocli.CommandLine.Option;

/** On which network this machine's pods are. */
final class NetworkOption {
    @Option(
            names = "--network",
            paramLabel = "MODE",
            description = {
                "auto: pods have a routed network, or Docker's bridge on a machine that cannot do it;",
                "bridge: Docker's bridge, without Services and cluster DNS. Not remembered (default: auto)"
            })
    private Networking.Mode mode = Networking.Mode.auto;

    Networking.Mode mode() {
        return mode;
    }
}
