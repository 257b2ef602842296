package io.shiplog.docker.client;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of kubectl for the cluster and the namespace. */
public final class ConnectionOptions {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "kubeconfig to use (default: $KUBECONFIG, else ~/.kube/config)")
    private @Nullable Path kubeconfig;

    @Option(names = "--context", paramLabel = "NAME", description = "context to use (default: the current one)")
    private @Nullable String context;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "namespace (default: the context's own)")
    private @Nullable String namespace;

    /** Opens the connection to the cluster. */
    public KubeApi open() {
        return new KubeApi(ClientConfig.of(kubeconfig, context, System.getenv()));
    }

    /** The requested namespace. */
    public Optional<String> namespace() {
        return Optional.ofNullable(namespace);
    }

    /** The requested namespace, else the context's. */
    public String namespace(KubeApi api) {
        return namespace != null ? namespace : api.config().namespace();
    }
}
