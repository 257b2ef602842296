package io.shiplog.node;

import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.pod.PodActor;
import io.shiplog.node.server.RunningPods;
import io.shiplog.node.stream.NetNamespace;
import io.shiplog.node.stream.PortForward;
import java.net.ConnectException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The roster's pods, for streams. */
record RosterPods(PodRoster roster, ContainerEngine engine) implements RunningPods {
    @Override
    public @Nullable String container(String namespace, String pod, String container) {
        PodActor actor = roster.find(namespace, pod);
        return actor == null ? null : actor.running(container);
    }

    @Override
    public @Nullable List<String> addresses(String namespace, String pod) {
        PodActor actor = roster.find(namespace, pod);
        return actor == null ? null : actor.addresses();
    }

    @Override
    public PortForward.@Nullable Dialer dialer(String namespace, String pod) {
        PodActor actor = roster.find(namespace, pod);
        return actor == null
                ? null
                : port -> {
                    Container any = engine.inspect(actor.running())
                            .filter(Container::running)
                            .orElseThrow(() -> new ConnectException("no container of the pod runs"));
                    return NetNamespace.connect(any.pid(), port);
                };
    }
}
