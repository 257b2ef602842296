package io.shiplog.docker.launch.cli;

import picocli.CommandLine.Option;

/** Whether a start may make missing keys of an existing cluster again: see {@link io.shiplog.docker.pki.HomeKeys}. */
public final class KeyLossOption {
    @Option(
            names = "--accept-key-loss",
            description =
                    "make missing keys of an existing cluster again, and say what is lost (default: refuse to start without them)")
    private boolean accepted;

    /** Whether the option was given. */
    public boolean isAccepted() {
        return accepted;
    }
}
