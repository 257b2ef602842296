package io.shiplog.node.engine;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The specification of a container. Null and empty mean the image's or the engine's default.
 *
 * @param entrypoint replaces the image's entrypoint, and its command with it
 * @param command replaces the image's command
 * @param env {@code NAME=value}
 * @param user {@code uid}, {@code uid:gid} or empty
 * @param groups further group ids of the process
 * @param namespaces which namespaces it shares with others
 * @param hostname only with its own network
 */
public record ContainerRequest(
        String name,
        String image,
        @Nullable List<String> entrypoint,
        @Nullable List<String> command,
        List<String> env,
        String workingDir,
        Map<String, String> labels,
        List<Mount> mounts,
        Namespaces namespaces,
        String hostname,
        List<PublishedPort> ports,
        Limits limits,
        Security security,
        String user,
        List<String> groups,
        boolean stdin,
        boolean stdinOnce,
        boolean tty) {

    public ContainerRequest {
        entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
        command = command == null ? null : List.copyOf(command);
        env = List.copyOf(env);
        labels = Map.copyOf(labels);
        mounts = List.copyOf(mounts);
        ports = List.copyOf(ports);
        groups = List.copyOf(groups);
    }

    /**
     * @param source a path on the machine, or the name of a volume
     * @param target a path in the container
     * @param propagation {@code rprivate}, {@code rslave} or {@code rshared}
     */
    public record Mount(String source, String target, boolean readOnly, String propagation) {
        /** A plain bind mount, with private propagation. */
        public static Mount bind(String source, String target, boolean readOnly) {
            return new Mount(source, target, readOnly, "rprivate");
        }
    }

    /**
     * @param network {@code none}, {@code host}, {@code container:<id>} or the name of a network
     * @param ipc {@code shareable}, {@code host} or {@code container:<id>}
     * @param pid empty, {@code host} or {@code container:<id>}
     */
    public record Namespaces(String network, String ipc, String pid) {}

    /** A port of the machine; host ip empty for all addresses, protocol in lower case. */
    public record PublishedPort(String hostIp, int hostPort, int containerPort, String protocol) {}

    /**
     * @param cpuShares relative weight, 0 for the engine's default
     * @param cpuQuota CPU time in microseconds per 100,000, 0 for no limit
     * @param memoryBytes 0 for no limit
     * @param oomScoreAdj 0 to 1000: higher is killed first when memory runs out
     */
    public record Limits(int cpuShares, long cpuQuota, long memoryBytes, int oomScoreAdj) {
        public static final Limits NONE = new Limits(0, 0, 0, 0);

        /** The engine's minimum of a memory limit, in bytes. */
        public static final long LEAST_MEMORY = 6L << 20;

        /** The same with a score. */
        public Limits withOomScoreAdj(int score) {
            return new Limits(cpuShares, cpuQuota, memoryBytes, score);
        }
    }

    /**
     * @param options Docker's security options such as {@code no-new-privileges}
     * @param sysctls kernel parameters of the container's namespaces
     * @param runtime the engine's runtime, such as {@code runsc}; empty for its default
     */
    public record Security(
            boolean privileged,
            boolean readOnlyRoot,
            List<String> capAdd,
            List<String> capDrop,
            List<String> options,
            Map<String, String> sysctls,
            String runtime) {
        public static final Security DEFAULT =
                new Security(false, false, List.of(), List.of(), List.of(), Map.of(), "");

        public Security {
            capAdd = List.copyOf(capAdd);
            capDrop = List.copyOf(capDrop);
            options = List.copyOf(options);
            sysctls = Map.copyOf(sysctls);
        }
    }
}
