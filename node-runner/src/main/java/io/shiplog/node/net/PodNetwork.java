package io.shiplog.node.net;

import java.util.List;

/**
 * Gives pods their addresses. One per node. All calls may block for as long as the network needs, so they come from a pod's
 * own thread, never from a log's reading thread; calls for different pods may come at the same time.
 */
public interface PodNetwork extends AutoCloseable {
    /** What {@link SandboxNetwork#mode} says for a sandbox that this network will attach by itself. */
    String NONE = "none";

    /**
     * What the sandbox container must be made with, asked before it exists.
     *
     * @param hostPorts the ports that the pod wants on the machine
     */
    SandboxNetwork prepare(List<HostPort> hostPorts);

    /**
     * Connects a running sandbox. Idempotent: called again for a sandbox that is attached (a runner that was restarted finds
     * its sandboxes alive) it gives the address that the sandbox has and renews what else is missing.
     *
     * @throws AttachFailedException if there is no address left or the kernel refuses; the caller tries again later
     */
    PodAddress attach(PodSandbox sandbox);

    /** Takes back the address and the host ports. Idempotent; the sandbox may be dead or gone already. */
    void detach(PodSandbox sandbox);

    /** Stops what runs in this process. Attached pods keep their addresses and their connections. */
    @Override
    void close();

    /**
     * The network part of a sandbox container.
     *
     * @param mode Docker's network mode: {@link #NONE}, {@code bridge} or the name of a Docker network
     * @param publishedByDocker host ports that Docker itself shall publish; empty where {@link #attach} does it
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
     * A port of the machine that leads to a port of the pod.
     *
     * @param hostIp empty for every address of the machine
     * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
     */
    record HostPort(String hostIp, int hostPort, int containerPort, String protocol) {}

    /**
     * Where a pod is.
     *
     * @param ips its addresses, the first one is {@code status.podIP}; never empty
     */
    record PodAddress(List<String> ips) {
        public PodAddress {
            ips = List.copyOf(ips);
        }
    }

    /** The network could not take a sandbox. */
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
