package io.shiplog.node.net;

import java.util.List;

/**
 * Assigns addresses to pods. One per node. All calls may block, so they come from a pod's own thread, never from a log's
 * reading thread; calls for different pods may be concurrent.
 */
public interface PodNetwork extends AutoCloseable {
    /** The {@link SandboxNetwork#mode} of a sandbox that this network attaches itself. */
    String NONE = "none";

    /**
     * The network settings for creating the sandbox container.
     *
     * @param hostPorts the pod's host ports
     */
    SandboxNetwork prepare(List<HostPort> hostPorts);

    /**
     * Connects a running sandbox. Idempotent: called again for an attached sandbox (after a restart of the runner) it returns
     * the sandbox's address and restores what else is missing.
     *
     * @throws AttachFailedException if there is no address left or the kernel refuses; the caller retries later
     */
    PodAddress attach(PodSandbox sandbox);

    /** Releases the address and the host ports. Idempotent; the sandbox may be dead or gone already. */
    void detach(PodSandbox sandbox);

    /** Stops the threads of this process. Attached pods keep their addresses and connections. */
    @Override
    void close();

    /**
     * The network settings of a sandbox container.
     *
     * @param mode Docker's network mode: {@link #NONE}, {@code bridge} or the name of a Docker network
     * @param publishedByDocker host ports for Docker to publish; empty if {@link #attach} does it
     */
    record SandboxNetwork(String mode, List<HostPort> publishedByDocker) {
        public SandboxNetwork {
            publishedByDocker = List.copyOf(publishedByDocker);
        }
    }

    /**
     * A sandbox that runs (or ran).
     *
     * @param uid the pod's
     * @param containerId Docker's id of the sandbox container
     * @param pid the sandbox's process on the machine, 0 if it does not run
     */
    record PodSandbox(
            String namespace, String name, String uid, String containerId, long pid, List<HostPort> hostPorts) {
        public PodSandbox {
            hostPorts = List.copyOf(hostPorts);
        }
    }

    /**
     * A port of the machine that is forwarded to a port of the pod.
     *
     * @param hostIp empty for every address of the machine
     * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
     */
    record HostPort(String hostIp, int hostPort, int containerPort, String protocol) {}

    /**
     * The addresses of a pod.
     *
     * @param ips its addresses, the first one is {@code status.podIP}; never empty
     */
    record PodAddress(List<String> ips) {
        public PodAddress {
            ips = List.copyOf(ips);
        }
    }

    /** A sandbox could not be attached to the network. */
    final class AttachFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public AttachFailedException(String message) {
            super(message);
        }

        public AttachFailedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
