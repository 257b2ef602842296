package io.shiplog.node.server;

import io.shiplog.node.stream.PortForward;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pods of this node that streams can be opened to, by their last reported status. */
public interface RunningPods {
    /**
     * The engine's id of a container that runs.
     *
     * @return null if the pod is unknown here, empty if the container does not run
     */
    @Nullable String container(String namespace, String pod, String container);

    /** The addresses of a pod, as its status says; null if the pod is unknown here. */
    @Nullable List<String> addresses(String namespace, String pod);

    /** Connects to the ports of a pod; null if the pod is unknown here. */
    PortForward.@Nullable Dialer dialer(String namespace, String pod);
}
