package io.shiplog.docker.launch;

import picocli.CommandLine.Option;

/** Whether a start may make missing keys of an existing cluster again: see {@link io.shiplog.docker.pki.HomeKeys}. */
final class KeyLossOption {
    @Option(
            names = "--accept-key-loss",
            description =
                    "make missing keys of an existing cluster again, and say what is lost (default: refuse to start without them)")
    private boolean accepted;

    boolean isAccepted() {
        return accepted;
    }
}
