package io.shiplog.command.control.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.projections.image.Memo;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A pod as controllers see it: the stored object, and values parsed from its bytes. */
public record PodView(StoredObject stored, Read read) {
    private static final int REMEMBERED = 1 << 15;
    private static final Memo<Read> MEMO = new Memo<>(REMEMBERED, PodView::readBytes);
    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    /**
     * Values parsed from a pod's bytes. Holds no reference to the stored object, since it is cached longer.
     *
     * @param readySince when the Ready condition became true; null if it is not
     * @param restarts of its most restarted container
     * @param deletionCost of the annotation controller.kubernetes.io/pod-deletion-cost
     */
    public record Read(
            String phase,
            @Nullable Instant readySince,
            Instant created,
            int restarts,
            int deletionCost,
            Network network) {}

    /**
     * How it is reached.
     *
     * @param ips status.podIPs
     * @param ports the containers' named ports
     */
    public record Network(List<String> ips, String hostname, String subdomain, List<NamedPort> ports) {}

    /** A named port of a container. */
    public record NamedPort(String name, int port, String protocol) {}

    /** The view of a stored pod. */
    public static PodView of(StoredObject pod) {
        return new PodView(pod, MEMO.of(pod));
    }

    public String name() {
        return stored.key().name();
    }

    public Map<String, String> labels() {
        return stored.labels();
    }

    public @Nullable String node() {
        return stored.node();
    }

    public boolean deleting() {
        return stored.deleting();
    }

    /** The controlling owner, or null. */
    public @Nullable OwnerRef controller() {
        return OwnerRef.controllerOf(stored);
    }

    public boolean ready() {
        return read.readySince() != null;
    }

    /** Succeeded or Failed: it will never run again. */
    public boolean terminal() {
        return read.phase().equals("Succeeded") || read.phase().equals("Failed");
    }

    /** Neither finished nor terminating: counts as a replica. */
    public boolean active() {
        return !terminal() && !deleting();
    }

    /**
     * When it counts as available; null if it is not ready. With minReadySeconds of zero that is at once, whatever the node's
     * clock says.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#min-ready-seconds">Min Ready
     *     Seconds</a>
     */
    public @Nullable Instant availableAt(Duration minReady) {
        Instant since = read.readySince();
        if (since == null) {
            return null;
        }
        return minReady.isZero() ? Instant.EPOCH : since.plus(minReady);
    }

    /** How long until the next of these pods becomes available by time alone; null if none does. */
    public static @Nullable Duration untilNextIsAvailable(List<PodView> pods, Duration minReady, Instant now) {
        Duration soonest = null;
        for (PodView pod : pods) {
            Instant at = pod.availableAt(minReady);
            if (at != null && at.isAfter(now)) {
                Duration wait = Duration.between(now, at);
                soonest = soonest == null || wait.compareTo(soonest) < 0 ? wait : soonest;
            }
        }
        return soonest;
    }

    private static Read readBytes(StoredObject pod) {
        JsonNode tree = pod.json().tree();
        JsonNode status = tree.path("status");
        JsonNode spec = tree.path("spec");
        JsonNode ready = Conditions.find(status.path("conditions"), "Ready");
        Instant created = Conditions.parse(tree.path("metadata").path("creationTimestamp"));
        Instant since = ready.path("status").asText().equals("True")
                ? Conditions.parse(ready.path("lastTransitionTime"))
                : null;
        return new Read(
                status.path("phase").asText("Pending"),
                ready.path("status").asText().equals("True") && since == null ? Instant.EPOCH : since,
                created == null ? Instant.EPOCH : created,
                restarts(status),
                tree.path("metadata").path("annotations").path(DELETION_COST).asInt(0),
                new Network(
                        ips(status),
                        spec.path("hostname").asText(),
                        spec.path("subdomain").asText(),
                        ports(spec)));
    }

    private static int restarts(JsonNode status) {
        int most = 0;
        for (JsonNode container : status.path("containerStatuses")) {
            most = Math.max(most, container.path("restartCount").asInt());
        }
        return most;
    }

    private static List<String> ips(JsonNode status) {
        List<String> ips = new ArrayList<>();
        status.path("podIPs").forEach(each -> ips.add(each.path("ip").asText()));
        if (ips.isEmpty() && status.hasNonNull("podIP")) {
            ips.add(status.path("podIP").asText());
        }
        ips.removeIf(String::isEmpty);
        return List.copyOf(ips);
    }

    private static List<NamedPort> ports(JsonNode spec) {
        List<NamedPort> ports = new ArrayList<>();
        for (JsonNode container : spec.path("containers")) {
            for (JsonNode port : container.path("ports")) {
                if (port.hasNonNull("name")) {
                    ports.add(new NamedPort(
                            port.path("name").asText(),
                            port.path("containerPort").asInt(),
                            port.path("protocol").asText("TCP")));
                }
            }
        }
        return List.copyOf(ports);
    }
}
