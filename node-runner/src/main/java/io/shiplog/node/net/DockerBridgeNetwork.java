package io.shiplog.node.net;

import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.Container;
import java.util.List;

/**
 * Docker's own bridge: for machines where this process cannot create networks. Pods reach one another on one machine, and
 * Docker publishes their host ports; pods on other machines are unreachable.
 */
public final class DockerBridgeNetwork implements PodNetwork {
    private static final String BRIDGE = "bridge";

    private final ContainerEngine engine;

    public DockerBridgeNetwork(ContainerEngine engine) {
        this.engine = engine;
    }

    @Override
    public SandboxNetwork prepare(List<HostPort> hostPorts) {
        return new SandboxNetwork(BRIDGE, hostPorts);
    }

    @Override
    public PodAddress attach(PodSandbox sandbox) {
        String address =
                engine.inspect(sandbox.containerId()).map(Container::address).orElse("");
        if (address.isEmpty()) {
            throw new AttachFailedException("Docker gave the sandbox no address");
        }
        return new PodAddress(List.of(address));
    }

    /** Docker releases the address with the sandbox. */
    @Override
    public void detach(PodSandbox sandbox) {}

    @Override
    public void close() {}
}
